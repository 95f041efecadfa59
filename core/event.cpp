#include "core/event.hpp"

#include "core/overloaded.hpp"
#include "core/power/names.hpp"
#include "core/utf8.hpp"
#include "core/words.hpp"

#include <cmath>
#include <cstddef>

namespace holdover {

namespace {

namespace names = power::names;

constexpr std::size_t characters_max = 1000;  // A line for people; the record has everything.

/// "a: b" or only "a".
std::string with(std::string text, std::string_view detail) {
  if (detail.empty()) return text;
  return text + ": " + std::string(detail);
}

std::string with_evidence(std::string text, std::size_t signed_words) {
  if (signed_words == 0) return text;
  return text + ", on " + std::to_string(signed_words)
         + (signed_words == 1 ? " signed vote" : " signed votes");
}

std::string named(const power::identity& who) {
  std::string text;
  for (const auto& part : {who.manufacturer, who.model, who.firmware}) {
    if (part.empty()) continue;
    if (!text.empty()) text += ' ';
    text += part;
  }
  return text;
}

bool shows(const power::measurement& value) {
  return value.how == power::quality::good && std::isfinite(value.number);
}

/// The numbers that tell most about a UPS; the others are in the record.
std::string digest(const std::vector<power::measurement>& values) {
  std::string text;
  for (const auto& value : values) {
    if (!shows(value)) continue;
    std::string part;
    if (value.name == names::battery_charge)
      part = "charge " + in_words(value.number) + " %";
    else if (value.name == names::battery_runtime)
      part = "runtime " + in_words(std::round(value.number)) + " s";
    else if (value.name == names::ups_load)
      part = "load " + in_words(value.number) + " %";
    else if (value.name == names::input_voltage)
      part = "input " + in_words(value.number) + " V";
    else
      continue;
    if (!text.empty()) text += ", ";
    text += part;
  }
  return text;
}

std::string measured(const power::sensor_reading& reading) {
  if (!shows(reading.value)) return {};
  switch (reading.kind) {
    case power::sensor_kind::temperature_celsius:
      return in_words(reading.value.number) + " °C";
    case power::sensor_kind::humidity_percent:
      return in_words(reading.value.number) + " % humidity";
    case power::sensor_kind::contact:
      return reading.value.number == 0 ? "contact inactive" : "contact active";
    case power::sensor_kind::unspecified:
      break;
  }
  return in_words(reading.value.number);
}

std::string step(const std::string& from, const std::string& to) {
  return from.empty() ? spaced(to) : spaced(from) + " -> " + spaced(to);
}

std::string text_of(const ups_event& e) {
  auto text = "UPS " + e.device + ": " + spaced(e.what) + " (" + to_string(e.flags) + ')';
  return with(text, digest(e.values));
}

std::string text_of(const interface_event& e) {
  auto text = "interface of " + e.device + ": " + spaced(e.what);
  if (const auto who = named(e.who); !who.empty()) text += " (" + who + ')';
  return with(text, e.detail);
}

std::string text_of(const sensor_event& e) {
  return with("sensor " + e.device + ": " + spaced(e.what), measured(e.reading));
}

std::string text_of(const outlet_event& e) {
  return with(with_evidence("outlet " + e.outlet + ": " + spaced(e.what), e.evidence.size()),
              e.detail);
}

std::string text_of(const host_event& e) {
  return with("host " + e.host + ": " + step(e.from, e.what), e.detail);
}

std::string text_of(const receipt_event& e) {
  return with("host " + e.host + ": action " + e.report.id + ' '
                  + std::string(agent::to_string(e.report.state)),
              e.report.detail);
}

std::string text_of(const vote_event& e) {
  const auto wish =
      e.about.kind == target_kind::host ? vote::to_string(e.host_level) : vote::to_string(e.outlet);
  return with("vote on " + to_string(e.about) + ": " + spaced(wish) + " ("
                  + spaced(vote::to_string(e.why)) + ')',
              e.explanation);
}

std::string text_of(const incident_event& e) {
  const auto what = e.from == e.to ? spaced(e.to) : step(e.from, e.to);
  return with("incident " + to_string(e.incident) + ": " + what, e.why);
}

std::string text_of(const alarm_event& e) {
  const auto* const change = e.raised ? "alarm: " : "alarm over: ";
  return with(change + spaced(e.alarm) + ", " + e.subject, e.text);
}

std::string text_of(const redundancy_event& e) {
  const auto over = e.raised ? "" : " over";
  return "host " + e.host + ": redundancy " + e.what + over + ": " + to_string(e);
}

std::string text_of(const job_event& e) {
  auto text = "job " + e.job;
  if (!e.subject.empty()) text += " for " + e.subject;
  text += ": ";
  if (!e.action.empty()) text += e.action + ' ';
  text += spaced(e.what);
  if (e.run > 1) text += " (run " + std::to_string(e.run) + ')';
  return with(text, e.detail);
}

std::string text_of(const operator_event& e) {
  return with("operator " + e.by + ": " + spaced(e.command) + ' ' + e.subject, e.why);
}

}  // namespace

std::string_view to_string(severity how) {
  switch (how) {
    case severity::debug:
      return "debug";
    case severity::info:
      return "info";
    case severity::warning:
      return "warning";
    case severity::alarm:
      return "alarm";
  }
  return "invalid severity";
}

std::string_view kind(const event& e) {
  using word = std::string_view;
  return std::visit(overloaded{[](const ups_event&) { return word("ups"); },
                               [](const interface_event&) { return word("interface"); },
                               [](const sensor_event&) { return word("sensor"); },
                               [](const outlet_event&) { return word("outlet"); },
                               [](const host_event&) { return word("host"); },
                               [](const receipt_event&) { return word("receipt"); },
                               [](const vote_event&) { return word("vote"); },
                               [](const incident_event&) { return word("incident"); },
                               [](const redundancy_event&) { return word("redundancy"); },
                               [](const alarm_event&) { return word("alarm"); },
                               [](const node_event&) { return word("node"); },
                               [](const operator_event&) { return word("operator"); },
                               [](const job_event&) { return word("job"); }},
                    e.what);
}

std::string subject(const event& e) {
  return std::visit(overloaded{[](const ups_event& w) { return w.device; },
                               [](const interface_event& w) { return w.device; },
                               [](const sensor_event& w) { return w.device; },
                               [](const outlet_event& w) { return w.outlet; },
                               [](const host_event& w) { return w.host; },
                               [](const receipt_event& w) { return w.host; },
                               [](const vote_event& w) { return w.about.name; },
                               [](const incident_event& w) { return to_string(w.incident); },
                               [](const redundancy_event& w) { return w.host; },
                               [](const alarm_event& w) { return w.subject; },
                               [&](const node_event&) { return e.id.publisher; },
                               [](const operator_event& w) { return w.subject; },
                               [](const job_event& w) { return w.job; }},
                    e.what);
}

std::string to_string(const redundancy_event& e) {
  std::string text;
  for (const auto& supply : e.supplies) {
    text += (text.empty() ? "" : ", ") + (supply.ups.empty() ? "bare mains" : supply.ups) + ' ';
    text += spaced(supply.how);
    if (!supply.rule.empty()) text += " (not seen, silent_supply: " + supply.rule + ')';
  }
  return "needs " + std::to_string(e.needed) + " of " + std::to_string(e.supplies.size()) + ": "
         + text;
}

std::string to_string(const event& e) {
  const auto line = std::visit(
      overloaded{[](const ups_event& w) { return text_of(w); },
                 [](const interface_event& w) { return text_of(w); },
                 [](const sensor_event& w) { return text_of(w); },
                 [](const outlet_event& w) { return text_of(w); },
                 [](const host_event& w) { return text_of(w); },
                 [](const receipt_event& w) { return text_of(w); },
                 [](const vote_event& w) { return text_of(w); },
                 [](const incident_event& w) { return text_of(w); },
                 [](const redundancy_event& w) { return text_of(w); },
                 [](const alarm_event& w) { return text_of(w); },
                 [&](const node_event& w) {
                   return with("node " + e.id.publisher + ": " + spaced(w.what), w.detail);
                 },
                 [](const operator_event& w) { return text_of(w); },
                 [](const job_event& w) { return text_of(w); }},
      e.what);
  return utf8::cleaned(line, characters_max, false);
}

}  // namespace holdover
