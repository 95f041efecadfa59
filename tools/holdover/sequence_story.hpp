// A NUT sequence (.seq, as dummy-ups plays it) as a story: one UPS of the site shows what the file
// says, scene by scene, and everything else is fine.

#pragma once

#include "io/device/simulated/script.hpp"
#include "tools/rehearsal/transcript.hpp"
#include "tools/rehearsal/whole_site.hpp"

#include <memory>
#include <string>
#include <variant>

namespace holdover::tool {

class sequence_story {
public:
  /// @param ups empty if the site has but one. Or why it cannot be played.
  static std::variant<std::unique_ptr<sequence_story>, std::string> open(const std::string& file,
                                                                         const site&,
                                                                         const std::string& ups);

  void play();

  rehearsal::transcript& log() { return log_; }
  const rehearsal::whole_site& played() const { return site_; }

private:
  sequence_story(device::simulated::script, const site&, ups_index);

  const device::simulated::script script_;
  const ups_index ups_;
  rehearsal::transcript log_;
  rehearsal::whole_site site_;
};

}  // namespace holdover::tool
