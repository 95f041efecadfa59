#include "io/wire/labels.hpp"

#include "io/wire/writer.hpp"

namespace holdover::wire {

std::uint32_t label_list::number_of(const power::measurement& what) {
  const label wanted{what.name, what.source};
  if (next_ == labels_.size() || labels_[next_] != wanted) {
    const auto [at, is_new] = places_.emplace(wanted, labels_.size());
    if (is_new) add(wanted);
    next_ = at->second;
  }
  const auto number = static_cast<std::uint32_t>(next_ + 1);
  next_ = number % labels_.size();
  return number;
}

void label_list::add(const label& one) {
  labels_.push_back(one);
  auto& out = *of_.add_labels();
  out.set_name(name_of(one.first));
  out.set_source(name_of(one.second));
}

}  // namespace holdover::wire
