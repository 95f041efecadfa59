#include "io/device/rccmd/gate.hpp"

namespace holdover::device::rccmd {

gate::verdict gate::heard(const std::string& sender, const std::string& text, time_point now) {
  const auto [found, fresh] = senders_.try_emplace(sender, memory{text, now, now});
  if (fresh) return {true, true};
  auto& last = found->second;
  verdict out;
  out.read = now - last.read_at >= read_pause;
  out.news = now - last.told_at >= (text == last.text ? repeat_after : news_pause);
  if (out.read) last.read_at = now;
  if (out.news) {
    last.told_at = now;
    last.text = text;
  }
  return out;
}

}  // namespace holdover::device::rccmd
