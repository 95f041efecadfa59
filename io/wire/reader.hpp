// Takes protobuf fields apart and remembers the first thing that is wrong with them.
//
// Decoding is where distrust ends: whatever decode() returns satisfies every assumption that core
// makes, so core never checks an input twice. Reading goes on after a problem, with harmless
// values, so that codecs stay plain lists of fields; whoever started the reader asks problem() at
// the end.

#pragma once

#include "core/identity.hpp"
#include "core/time.hpp"
#include "io/wire/limits.hpp"
#include "io/wire/words.hpp"

#include <google/protobuf/duration.pb.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace holdover::wire {

class reader {
  /// Put into words only when something is wrong: a message has hundreds of fields.
  struct step {
    std::string_view field;
    std::optional<std::size_t> entry;
  };

public:
  /// Empty while all is well: "vote.supplies[1].state: missing or from a newer release".
  const std::string& problem() const { return problem_; }

  void refuse(std::string_view field, std::string_view why);

  /// While it lives, fields belong to this message or list entry.
  class scope {
  public:
    ~scope() { whose_.path_.pop_back(); }
    scope(const scope&) = delete;
    scope& operator=(const scope&) = delete;

  private:
    friend reader;
    scope(reader& whose, step into) : whose_(whose) { whose.path_.push_back(into); }
    reader& whose_;
  };
  /// The name must outlive the scope; all of ours are literals.
  [[nodiscard]] scope within(std::string_view field) { return {*this, {field, {}}}; }

  /// 1 to 128 printable characters.
  std::string name(const std::string& in, std::string_view field);
  std::string name_or_none(const std::string& in, std::string_view field);
  /// For people: up to 4096 characters, lines allowed.
  std::string text(const std::string& in, std::string_view field);
  /// Likewise, up to 256 characters.
  std::string report(const std::string& in, std::string_view field);

  random_id id(const std::string& in, std::string_view field);
  random_id id_or_none(const std::string& in, std::string_view field);
  std::array<std::uint8_t, 32> hash(const std::string& in, std::string_view field);
  node_number node(std::uint32_t in, std::string_view field);
  /// Opaque bytes, 1 to `bytes_max`.
  std::string bytes(const std::string& in, std::size_t bytes_max, std::string_view field);

  /// A time that cannot be negative. An absent one is zero.
  duration age(const google::protobuf::Duration& in, std::string_view field);
  std::optional<duration> age(bool given, const google::protobuf::Duration& in,
                              std::string_view field);
  /// A time that may be negative, such as one until a deadline that has passed.
  std::optional<duration> span(bool given, const google::protobuf::Duration& in,
                               std::string_view field);

  /// A name and a source that entries of a message share.
  struct spelling {
    std::string name;
    std::string source;
  };
  /// From here on entries may refer to these, counted from 1.
  void know_labels(std::vector<spelling> labels) { labels_ = std::move(labels); }
  /// What an entry refers to. A short message must not unfold into a huge one, so all that is
  /// spelled out together is limited.
  const spelling& spell_out(std::uint32_t number, std::string_view field);

  double number(double in, std::string_view field);
  /// Not below 0; above 100 for loads, so up to 1000.
  std::optional<double> percent(bool given, double in, std::string_view field);

  /// The core word for a wire word: "unspecified" and words of a newer release are refused.
  template <class Core, class Wire, std::size_t size>
  Core word(const words<Core, Wire, size>& table, Wire in, std::string_view field) {
    const auto found = to_core(table, in);
    if (!found) refuse(field, "missing or from a newer release");
    return found.value_or(table.front().core);
  }

  /// As word(), for labels on which nothing depends: what is not known reads as `otherwise`.
  template <class Core, class Wire, std::size_t size>
  Core label(const words<Core, Wire, size>& table, Wire in, Core otherwise) {
    return to_core(table, in).value_or(otherwise);
  }

  /// Every entry read by `one`, if there are not too many.
  template <class List, class One>
  auto list(const List& in, std::size_t entries_max, std::string_view field, One one)
      -> std::vector<decltype(one(*in.begin()))> {
    std::vector<decltype(one(*in.begin()))> out;
    if (static_cast<std::size_t>(in.size()) > entries_max) {
      refuse(field, "has " + std::to_string(in.size()) + " entries, at most "
                        + std::to_string(entries_max) + " are allowed");
      return out;
    }
    out.reserve(static_cast<std::size_t>(in.size()));
    for (const auto& entry : in) {
      const scope here{*this, {field, out.size()}};
      out.push_back(one(entry));
    }
    return out;
  }

private:
  std::optional<duration> time(const google::protobuf::Duration& in, std::string_view field);

  std::vector<step> path_;
  std::vector<spelling> labels_;
  std::size_t spelled_out_bytes_ = 0;
  std::string problem_;
};

}  // namespace holdover::wire
