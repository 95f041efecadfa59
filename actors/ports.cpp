#include "actors/ports.hpp"

#include "io/wire/codec.hpp"

#include <utility>

namespace holdover::actors {

std::string seal(const ports& outside, domain about, const std::string& site,
                 const std::string& name, message_payload what, duration age) {
  message m;
  m.site = site;
  m.publisher = name;
  m.age = age;
  m.wall_milliseconds = outside.wall_milliseconds();
  m.what = std::move(what);
  return wire::encode(outside.sign(about, wire::encode(m)));
}

}  // namespace holdover::actors
