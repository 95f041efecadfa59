#include "io/config/index.hpp"

#include "io/config/suggest.hpp"

namespace holdover::config {

void index::add(const std::string& name) {
  if (name.empty()) doubt();
  positions_.emplace(name, static_cast<std::uint32_t>(names_.size()));
  names_.push_back(name);
}

std::uint32_t index::find(const std::string& name, const std::string& path, document& file) const {
  const auto found = positions_.find(name);
  if (found != positions_.end()) return found->second;
  file.excuse(path);
  if (doubtful_ || file.troubled(list_) || file.touched(path)) return none;
  file.error(path, "unknown " + thing_ + ' ' + in_quotes(name) + suggestion(name, names_));
  return none;
}

}  // namespace holdover::config
