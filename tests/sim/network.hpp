// The wires between parties: whatever a network can do to a message short of reading it.
//
// It loses, delays, duplicates and reorders; it is cut in one direction or both, for one pair or
// for a party altogether; and some parties hang on a link that is up for a second in every half
// minute. It never alters a message: signatures make an altered message a lost one.

#pragma once

#include "tests/sim/random.hpp"

#include <cstddef>
#include <vector>

namespace holdover::sim {

using party = std::size_t;

struct network_plan {
  double loss = 0;
  double duplicates = 0;
  ms delay_low = 1;
  ms delay_high = 20;
  double spike = 0;  ///< Chance that a message takes up to spike_high.
  ms spike_high = 3000;
};

class network {
public:
  network(network_plan plan, std::size_t parties, dice random);

  /// When the copies of a message arrive; empty if it is lost.
  std::vector<ms> send(party from, party to, ms now);

  /// Cuts are counted: a link works when every cut of it has been mended.
  void cut(party from, party to) { ++cuts_[at(from, to)]; }
  void mend(party from, party to) { --cuts_[at(from, to)]; }
  bool is_cut(party from, party to) const { return cuts_[at(from, to)] > 0; }
  /// A party whose link is up for `open` at the start of every `period`; zero removes it.
  void gate(party who, ms period, ms open) { gates_[who] = {period, open}; }
  /// From now on nothing is lost and nothing late: the calm in which progress is owed.
  void become_perfect();

private:
  struct gating {
    ms period = 0;
    ms open = 0;
  };
  std::size_t at(party from, party to) const { return from * parties_ + to; }
  bool gated(party who, ms now) const;

  network_plan plan_;
  std::size_t parties_;
  dice random_;
  std::vector<int> cuts_;
  std::vector<gating> gates_;
};

}  // namespace holdover::sim
