#include "tools/holdover/audit.hpp"

#include "io/config/members_loader.hpp"
#include "io/keys/digest.hpp"
#include "io/keys/signing.hpp"
#include "io/store/query.hpp"
#include "io/wire/codec.hpp"
#include "tools/holdover/json_text.hpp"

#include <algorithm>
#include <functional>
#include <iostream>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace holdover::tool {

namespace {

constexpr std::size_t page = 5000;
constexpr std::size_t findings_max = 20;  // More of the same help nobody.

struct report {
  std::uint64_t chained = 0;
  std::uint64_t discarded = 0;
  std::uint64_t signatures = 0;
  std::uint64_t compared = 0;
  std::uint64_t flaws = 0;
  std::vector<std::string> findings;

  void flaw(std::string text) {
    if (++flaws <= findings_max) findings.push_back(std::move(text));
  }
};

std::string name_of(const event_id& id) {
  return id.publisher + "'s event " + std::to_string(id.sequence) + " (log "
         + std::to_string(id.incarnation) + ")";
}

/// Calls back for each record that has content. Nothing: all were read.
std::optional<std::string> each_record(const store::journal_view& of,
                                       const std::function<void(const store::record&)>& look) {
  for (store::filter wanted{.limit = page};;) {
    const auto found = of.query(wanted);
    if (const auto* failed = std::get_if<store::failure>(&found)) return failed->text;
    const auto& records = std::get<std::vector<store::found_record>>(found);
    for (const auto& one : records)
      look(one.what);
    if (records.size() < page) return std::nullopt;
    wanted.after_position = records.back().position;
  }
}

/// What a signed event has against the row in which it stands; nothing if they agree.
std::string_view objection(const store::record& row, const keys::verifier& signatures) {
  const auto read = wire::decode_evidence(row.bytes);
  const auto* proof = std::get_if<wire::evidence>(&read);
  if (proof == nullptr) return "is no signed message of this version";
  const auto verdict = signatures.verify(proof->envelope);
  const auto* signer = std::get_if<const member*>(&verdict);
  if (signer == nullptr || proof->envelope.about != domain::bus)
    return "carries no signature of a node as it is enrolled now";
  const auto* happened = std::get_if<event>(&proof->content.what);
  if (happened == nullptr || (*signer)->as != role::node
      || proof->content.publisher != (*signer)->name)
    return "is signed by somebody who may not have written it";
  auto said = *happened;
  said.id.site = proof->content.site;
  said.id.publisher = proof->content.publisher;
  auto filed = store::record_of(said, row.bytes);
  filed.text = row.text;  // In the words of the version that filed it.
  if (filed != row) return "stands in a row that says something else";
  return {};
}

std::optional<std::string> check_signatures(const store::journal_view& of,
                                            const membership& members, report& out) {
  const keys::verifier signatures{members};
  return each_record(of, [&](const store::record& row) {
    ++out.signatures;
    if (const auto why = objection(row, signatures); !why.empty())
      out.flaw(name_of(row.id) + ' ' + std::string{why});
  });
}

std::map<store::log_name, std::uint64_t> ends_of(const std::vector<store::log_state>& logs) {
  std::map<store::log_name, std::uint64_t> ends;
  for (const auto& log : logs)
    ends[log.name] = log.highest;
  return ends;
}

/// A peer may lack what it has not heard; the owner of a log lacks nothing of it.
std::optional<std::string> compare_ends(const store::journal_view& ours,
                                        const store::journal_view& theirs, report& out) {
  const auto own = ours.owner();
  const auto there = theirs.logs();  // Before ours: a node that runs stores first and tells second.
  const auto here = ours.logs();
  for (const auto& failed : {store::fault_of(own), store::fault_of(here), store::fault_of(there)})
    if (failed) return failed->text;
  const auto ends = ends_of(std::get<std::vector<store::log_state>>(here));
  for (const auto& [name, end] : ends_of(std::get<std::vector<store::log_state>>(there))) {
    if (name.publisher != std::get<std::string>(own)) continue;
    const auto found = ends.find(name);
    const auto last = found == ends.end() ? 0 : found->second;
    if (end > last)
      out.flaw("of " + name.publisher + "'s own log " + std::to_string(name.incarnation)
               + " the copy holds events up to " + std::to_string(end) + ", the journal up to "
               + std::to_string(last) + ": its end was cut off, or the file is an older one");
  }
  return std::nullopt;
}

std::optional<std::string> compare(const store::journal_view& ours,
                                   const store::journal_view& theirs, report& out) {
  if (auto why = compare_ends(ours, theirs, out)) return why;
  std::map<event_id, store::hash_value> known;
  const auto note = [&](const store::record& row) { known[row.id] = keys::sha256(row.bytes); };
  if (auto why = each_record(ours, note)) return why;
  return each_record(theirs, [&](const store::record& row) {
    const auto found = known.find(row.id);
    if (found == known.end()) return;
    ++out.compared;
    if (found->second != keys::sha256(row.bytes))
      out.flaw(name_of(row.id) + " is another one in the copy");
  });
}

void print_json(const audit_options& asked, const report& seen) {
  std::vector<std::string> findings;
  for (const auto& one : seen.findings)
    findings.push_back(json_string(one));
  std::cout << json_object{}
                   .text("journal", asked.database)
                   .flag("whole", seen.flaws == 0)
                   .number("chained", seen.chained)
                   .number("discarded", seen.discarded)
                   .number("signatures", seen.signatures)
                   .number("compared", seen.compared)
                   .number("flaws", seen.flaws)
                   .raw("findings", json_list(findings))
                   .done()
            << '\n';
}

void print(const audit_options& asked, const report& seen) {
  for (const auto& one : seen.findings)
    std::cout << one << '\n';
  if (seen.flaws > seen.findings.size())
    std::cout << "and " << seen.flaws - seen.findings.size() << " more\n";
  std::cout << "journal " << asked.database
            << (seen.flaws == 0 ? " is whole: " : " IS NOT AS IT WAS WRITTEN: ") << seen.chained
            << " rows of its own log in the chain";
  if (seen.discarded > 0)
    std::cout << ", " << seen.discarded << " of them old routine whose content was given up";
  if (!asked.members_file.empty()) std::cout << "; " << seen.signatures << " signatures checked";
  if (!asked.against.empty())
    std::cout << "; " << seen.compared << " events compared with " << asked.against;
  std::cout << '\n';
  if (asked.members_file.empty())
    std::cout << "signatures were not checked: name the membership document with --members\n";
}

exit_status complain(const std::string& why, exit_status as) {
  std::cerr << why << (why.ends_with('\n') ? "" : "\n");
  return as;
}

}  // namespace

exit_status audit_verify(const audit_options& asked) {
  const auto opened = store::journal_view::open(asked.database);
  if (const auto failed = store::fault_of(opened))
    return complain(failed->text, exit_status::usage);
  const auto& ours = std::get<store::journal_view>(opened);
  report seen;
  const auto chain = ours.verify(keys::sha256);
  if (const auto failed = store::fault_of(chain))
    return complain(failed->text, exit_status::failed);
  const auto& verdict = std::get<store::chain_verdict>(chain);
  seen.chained = verdict.checked;
  seen.discarded = verdict.discarded;
  if (!verdict.whole) seen.flaw(name_of(verdict.broken_at) + ": " + verdict.why);

  if (!asked.members_file.empty()) {
    const auto members = config::load_members(asked.members_file);
    if (const auto* bad = std::get_if<std::vector<config::problem>>(&members))
      return complain(config::to_string(*bad), exit_status::usage);
    if (const auto why = check_signatures(ours, std::get<membership>(members), seen))
      return complain(*why, exit_status::failed);
  }
  if (!asked.against.empty()) {
    const auto other = store::journal_view::open(asked.against);
    if (const auto failed = store::fault_of(other))
      return complain(failed->text, exit_status::usage);
    if (const auto why = compare(ours, std::get<store::journal_view>(other), seen))
      return complain(*why, exit_status::failed);
  }
  asked.json ? print_json(asked, seen) : print(asked, seen);
  return seen.flaws == 0 ? exit_status::fine : exit_status::failed;
}

}  // namespace holdover::tool
