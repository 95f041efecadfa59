#include "tools/rehearsal/transcript.hpp"

#include <algorithm>
#include <cstdio>

namespace holdover::rehearsal {

void transcript::begin(time_point zero) {
  begun_ = true;
  zero_ = zero;
}

void transcript::fact(time_point at, const std::string& subject, const std::string& text) {
  if (!begun_) return;
  turn_to(at);
  pending_.push_back({subject, text, {}, {}});
}

void transcript::opinion(time_point at, node_number who, const std::string& subject,
                         const std::string& text, const std::string& why) {
  if (!begun_) return;
  turn_to(at);
  const auto same = std::find_if(pending_.begin(), pending_.end(), [&](const entry& e) {
    return !e.by.empty() && e.by.count(who) == 0 && e.subject == subject && e.text == text;
  });
  if (same != pending_.end())
    same->by.insert(who);
  else
    pending_.push_back({subject, text, {who}, why});
}

void transcript::line(const std::string& text) {
  flush();
  written_ += text + '\n';
}

const std::vector<transcript::record>& transcript::records() {
  flush();
  return records_;
}

std::string transcript::text() {
  flush();
  return written_;
}

void transcript::turn_to(time_point at) {
  const auto moment = static_cast<long>((at - zero_) / 100ms);
  if (moment == moment_) return;
  flush();
  moment_ = moment;
}

// Entries with one text and the same speakers become one line, where the first of them stood.
void transcript::flush() {
  char time[32];
  std::snprintf(time, sizeof time, "  [%ld:%02ld.%ld] ", moment_ / 600, moment_ / 10 % 60,
                moment_ % 10);
  for (const auto& e : pending_)
    records_.push_back({moment_ * 100ms, e.by, e.subject, e.text, e.why});
  for (auto first = pending_.begin(); first != pending_.end(); ++first) {
    if (first->subject.empty()) continue;
    auto subjects = first->subject;
    std::string because;
    const auto explain = [&](const entry& e) {
      if (explains_ && !e.why.empty()) because += "      " + e.subject + ": " + e.why + '\n';
    };
    explain(*first);
    for (auto other = first + 1; other != pending_.end(); ++other) {
      if (other->subject.empty() || other->text != first->text || other->by != first->by) continue;
      subjects += ", " + other->subject;
      explain(*other);
      other->subject.clear();
    }
    written_ += time + speakers(first->by) + subjects + ": " + first->text + '\n' + because;
  }
  pending_.clear();
}

std::string transcript::speakers(const std::set<node_number>& by) const {
  if (by.empty() || by == alive_) return "";
  std::string text = "by ";
  for (const auto node : by)
    text += (node == *by.begin() ? "" : ", ") + names_.at(node);
  return text + ": ";
}

}  // namespace holdover::rehearsal
