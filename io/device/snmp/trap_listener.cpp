#include "io/device/snmp/trap_listener.hpp"

#include "io/device/snmp/engine.hpp"
#include "io/device/snmp/notification_reader.hpp"
#include "io/device/snmp/resolve.hpp"
#include "io/device/snmp/trap_door.hpp"
#include "io/device/udp.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <unistd.h>
#include <utility>

namespace holdover::device::snmp {

namespace {

constexpr std::uint16_t usual_port = 162;
constexpr duration look_up_pause = 60s;
constexpr std::size_t datagram_max = 65536;

time_point now() {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return time_point(std::chrono::duration_cast<duration>(since));
}

struct source {
  std::string host;
  std::optional<user_access> user;  ///< By whom it is read.
};

}  // namespace

/// Everything behind the socket; belongs to the engine's thread once it listens.
class trap_listener::porter : public std::enable_shared_from_this<porter> {
public:
  porter(int socket, std::vector<source> sources, handlers tell)
      : socket_(socket), sources_(std::move(sources)), tell_(std::move(tell)) {}

  void start() {
    reader_ = std::make_unique<notification_reader>(
        socket_, [this](std::string_view bytes) { send_back(bytes); },
        [this](const notification& said) {
          return said.speaks != version::v3 || is_known_user(said);
        });
    admit_users();
    look_up();
  }

  /// What is closed is closed on this thread, like all that is the library's.
  void stop() {
    stopped_ = true;
    reader_.reset();
  }

  void readable() {
    if (!reader_) return;
    peer_size_ = sizeof peer_;
    const auto got = ::recvfrom(socket_, bytes_.data(), bytes_.size(), 0,
                                reinterpret_cast<sockaddr*>(&peer_), &peer_size_);
    if (got < 0) return;
    const auto from = address_text(peer_);
    if (let_in(from)) understand(from, {bytes_.data(), static_cast<std::size_t>(got)});
  }

private:
  void admit_users() {
    std::set<std::string> admitted;
    for (const auto& one : sources_)
      if (one.user && admitted.insert(one.user->name).second) notification_reader::admit(*one.user);
  }

  /// Addresses count at once; names take their time, and come back when they are found.
  void look_up() {
    looked_up_at_ = now();
    for (std::size_t i = 0; i < sources_.size(); ++i) {
      const auto& host = sources_[i].host;
      if (const auto address = canonical_address(host); !address.empty())
        door_.know(address, i);
      else
        look_up(host, i);
    }
  }

  void look_up(const std::string& host, std::size_t source) {
    resolve(host, usual_port, [weak = weak_from_this(), source](const answer<endpoint>& found) {
      const auto* where = std::get_if<endpoint>(&found);
      if (where == nullptr) return;
      engine::shared()->run([weak, source, address = address_text(where->address)] {
        const auto self = weak.lock();
        if (self && !self->stopped_) self->door_.know(address, source);
      });
    });
  }

  bool let_in(const std::string& from) {
    using verdict = trap_door::verdict;
    const auto told = door_.knock(from, now());
    if (told == verdict::come_in) return true;
    if (told == verdict::stranger || told == verdict::new_stranger) {
      tell_.refused(from, "not a device of this site", told == verdict::new_stranger);
      if (now() - looked_up_at_ >= look_up_pause) look_up();
    } else {
      tell_.refused(from, "too many at once", told == verdict::new_storm);
    }
    return false;
  }

  void understand(const std::string& from, std::string_view bytes) {
    const auto outcome = reader_->read(bytes, from);
    if (const auto* why = std::get_if<notification_reader::refusal>(&outcome))
      return refuse(from, *why);
    const auto* said = std::get_if<notification>(&outcome);
    if (said == nullptr) return;
    tell_.heard(*said, door_.sources_at(from));
  }

  bool is_known_user(const notification& said) const {
    return std::ranges::any_of(door_.sources_at(said.sender), [&](std::size_t i) {
      const auto& user = sources_[i].user;
      return user && user->name == said.user && said.how >= protection_of(*user);
    });
  }

  /// Only known addresses and the few words of this file get here.
  void refuse(const std::string& from, const std::string& why) {
    tell_.refused(from, why, told_.insert(from + why).second);
  }

  void send_back(std::string_view bytes) {
    // An answer that cannot be sent is one that got lost: the sender asks again.
    (void)::sendto(socket_, bytes.data(), bytes.size(), MSG_DONTWAIT,
                   reinterpret_cast<const sockaddr*>(&peer_), peer_size_);
  }

  const int socket_;
  const std::vector<source> sources_;
  const handlers tell_;
  trap_door door_;
  std::unique_ptr<notification_reader> reader_;
  std::set<std::string> told_;
  time_point looked_up_at_{};
  bool stopped_ = false;
  std::array<char, datagram_max> bytes_{};
  sockaddr_storage peer_{};
  socklen_t peer_size_ = 0;
};

std::variant<std::unique_ptr<trap_listener>, std::string> trap_listener::open(
    const std::string& endpoint, const std::vector<device_address>& devices, handlers tell) {
  std::vector<std::string> notes;
  std::vector<source> sources;
  std::map<std::string, user_access> users;
  for (const auto& device : devices) {
    source one{device.host, std::nullopt};
    if (device.driver == "snmp" && device.version == "3") {
      auto access = fetch_access(device);
      if (const auto* no = std::get_if<failure>(&access))
        notes.push_back("notifications of " + device.host + " in version 3: " + no->text);
      else
        one.user = std::get<session_parameters>(std::move(access)).user;
    }
    if (one.user && users.emplace(one.user->name, *one.user).first->second != *one.user)
      notes.push_back("informs of " + device.host + ": another device has a user \""
                      + one.user->name + "\" with other passphrases, which count");
    sources.push_back(std::move(one));
  }
  auto made = open_udp(endpoint, usual_port);
  if (const auto* why = std::get_if<std::string>(&made))
    return "cannot listen for SNMP traps at " + *why;
  const int socket = std::get<int>(made);
  return std::unique_ptr<trap_listener>(new trap_listener(
      socket, std::make_shared<porter>(socket, std::move(sources), std::move(tell)),
      std::move(notes)));
}

trap_listener::trap_listener(int socket, std::shared_ptr<porter> at_door,
                             std::vector<std::string> notes)
    : socket_(socket), porter_(std::move(at_door)), notes_(std::move(notes)) {
  const auto& shared = engine::shared();
  shared->run([at = porter_] { at->start(); });
  number_ = shared->hear(socket_, [at = porter_] { at->readable(); });
}

trap_listener::~trap_listener() {
  const auto& shared = engine::shared();
  shared->run([at = porter_] { at->stop(); });
  shared->unhear(number_, socket_);
  ::close(socket_);
}

std::uint16_t trap_listener::port() const {
  return port_of(socket_);
}

}  // namespace holdover::device::snmp
