#include "tools/holdover/past.hpp"

#include "io/store/query.hpp"
#include "io/wire/codec.hpp"

#include <algorithm>
#include <tuple>

namespace holdover::tool {

namespace {

constexpr std::chrono::seconds patience{5};
constexpr std::uint64_t events_asked = 20000;
constexpr std::size_t page = 5000;
constexpr std::int64_t clocks_apart = 10'000;  // Nodes' wall clocks may differ by so much.

void sort_by_clock(std::vector<told>& events) {
  std::stable_sort(events.begin(), events.end(), [](const told& a, const told& b) {
    const auto key = [](const told& t) {
      return std::tuple{t.what.wall_milliseconds, t.what.id.publisher, t.what.id.incarnation,
                        t.what.id.sequence};
    };
    return key(a) < key(b);
  });
}

/// A record of a journal, opened; nothing if it is of a version that we cannot read.
std::optional<told> open_record(const store::record& stored) {
  const auto read = wire::decode_evidence(stored.bytes);
  const auto* proof = std::get_if<wire::evidence>(&read);
  if (proof == nullptr) return std::nullopt;
  const auto* happened = std::get_if<event>(&proof->content.what);
  if (happened == nullptr) return std::nullopt;
  told out{*happened, proof->envelope.signer};
  out.what.id = stored.id;
  out.what.wall_milliseconds = stored.wall_milliseconds;
  return out;
}

past finish(past made) {
  sort_by_clock(made.events);
  made.outages = join_incidents(made.events);
  return made;
}

}  // namespace

std::vector<outage> join_incidents(const std::vector<told>& events) {
  std::vector<outage> joined;
  std::map<std::string, bool> open;  // By node.
  for (const auto& one : events) {
    const auto* step = std::get_if<incident_event>(&one.what.what);
    if (step == nullptr) continue;
    const auto& node = one.what.id.publisher;
    const auto at = one.what.wall_milliseconds;
    auto* current = joined.empty() ? nullptr : &joined.back();
    const bool within =
        current != nullptr
        && (!current->to_milliseconds || at <= *current->to_milliseconds + clocks_apart);
    if (!within) {
      joined.push_back({at, std::nullopt, {}});
      current = &joined.back();
      open.clear();
    }
    open[node] = step->to != "calm";
    auto& labels = current->labels[node];
    const auto label = to_string(step->incident);
    if (std::find(labels.begin(), labels.end(), label) == labels.end()) labels.push_back(label);
    const bool over =
        std::none_of(open.begin(), open.end(), [](const auto& o) { return o.second; });
    if (over)
      current->to_milliseconds = at;
    else
      current->to_milliseconds.reset();
  }
  return joined;
}

std::variant<past, std::string> read_journal(const std::string& file) {
  auto opened = store::journal_view::open(file);
  if (const auto* failed = std::get_if<store::failure>(&opened)) return failed->text;
  const auto& journal = std::get<store::journal_view>(opened);
  past made;
  made.source = "journal " + file;
  std::size_t unreadable = 0;
  for (store::filter wanted{.limit = page};;) {
    const auto found = journal.query(wanted);
    if (const auto* failed = std::get_if<store::failure>(&found)) return failed->text;
    const auto& records = std::get<std::vector<store::found_record>>(found);
    for (const auto& one : records) {
      if (auto event = open_record(one.what))
        made.events.push_back(std::move(*event));
      else
        ++unreadable;
    }
    if (records.size() < page) break;
    wanted.after_position = records.back().position;
  }
  if (unreadable > 0)
    made.gaps.push_back(std::to_string(unreadable) + " events cannot be read by this version");
  const auto logs = journal.logs();
  if (const auto* failed = std::get_if<store::failure>(&logs)) return failed->text;
  for (const auto& log : std::get<std::vector<store::log_state>>(logs))
    if (log.highest > log.prefix)
      made.gaps.push_back("of " + log.name.publisher + "'s log "
                          + std::to_string(log.name.incarnation) + " events between "
                          + std::to_string(log.prefix) + " and " + std::to_string(log.highest)
                          + " are missing");
  return finish(std::move(made));
}

std::variant<past, std::string> ask_node(const access& how, const std::string& node) {
  auto opened = client::open(how, false);
  if (const auto* why = std::get_if<std::string>(&opened)) return *why;
  auto& bus = *std::get<std::unique_ptr<client>>(opened);
  const auto& nodes = bus.about().nodes;
  if (std::none_of(nodes.begin(), nodes.end(),
                   [&](const node_config& n) { return n.name == node; }))
    return "the site has no node " + node;
  snapshot_request asked;
  asked.events_back = events_asked;
  const auto deadline = std::chrono::steady_clock::now() + patience;
  bool sent = false;
  past made;
  made.source = "node " + node;
  while (std::chrono::steady_clock::now() < deadline) {
    if (!sent) sent = bus.ask(node, domain::bus, asked);
    const auto turn =
        std::min(deadline, std::chrono::steady_clock::now() + std::chrono::milliseconds{50});
    const auto got = bus.next(turn);
    if (!got) continue;
    const auto* range = std::get_if<event_range>(&got->what.what);
    if (range == nullptr) continue;
    for (const auto& bytes : range->events) {
      const auto letter = bus.open_letter(got->from, bytes);
      if (!letter) continue;
      const auto* happened = std::get_if<event>(&letter->what.what);
      if (happened == nullptr) continue;
      told one{*happened, letter->signer};
      one.what.id.site = letter->what.site;
      one.what.id.publisher = letter->what.publisher;
      one.what.wall_milliseconds = letter->what.wall_milliseconds;
      made.events.push_back(std::move(one));
    }
    if (!range->more) return finish(std::move(made));
  }
  return "node " + node + " does not answer; copy its database and use --database";
}

}  // namespace holdover::tool
