// Thousands of network cards in front of as many UPSes, played by one process for the benches.
//
// Like an answering machine with many numbers: whoever asks any address of the loopback's network
// gets the same card of RFC 1628, from the address that was asked. There is a port for each side of
// a comparison, and what comes in at each is counted: datagrams, and polls, which are the requests
// that contain the battery's charge. It answers versions 1 and 2c as fast as it can, so that it is
// not what is measured.
//
// Orders come by standard input, one a line, and each is answered by one line:
//
//   counts           for each port: datagrams and polls so far
//   dead ADDRESS     this card keeps silent;   alive ADDRESS
//   watch PORT       begins to note when each card is polled there
//   watched          cards, and the mean, median and longest interval between their polls, in ms
//
// Its arguments are the ports. It ends with its input.

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <map>
#include <netinet/in.h>
#include <optional>
#include <poll.h>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>
#include <unordered_map>
#include <vector>

namespace {

using clock_type = std::chrono::steady_clock;
using arcs = std::vector<std::uint32_t>;

// ---- BER, as far as such a card needs it --------------------------------------------------------

enum tag : unsigned char {
  integer = 0x02,
  octets = 0x04,
  null = 0x05,
  object = 0x06,
  sequence = 0x30,
  gauge = 0x42,
  ticks = 0x43,
  no_such_instance = 0x81,
  end_of_view = 0x82,
  get = 0xa0,
  get_next = 0xa1,
  response = 0xa2,
  get_bulk = 0xa5,
};

std::string wrapped(unsigned char as, std::string_view content) {
  std::string out(1, static_cast<char>(as));
  const auto size = content.size();
  if (size < 0x80) {
    out += static_cast<char>(size);
  } else {
    out += static_cast<char>(0x82);
    out += static_cast<char>(size >> 8);
    out += static_cast<char>(size & 0xff);
  }
  return out.append(content);
}

std::string number(unsigned char as, std::int64_t value) {
  std::string bytes;
  for (int shift = 56; shift >= 0; shift -= 8)
    bytes += static_cast<char>((value >> shift) & 0xff);
  while (bytes.size() > 1
         && ((bytes[0] == 0 && (bytes[1] & 0x80) == 0)
             || (bytes[0] == '\xff' && (bytes[1] & 0x80) != 0)))
    bytes.erase(0, 1);
  return wrapped(as, bytes);
}

std::string packed(const arcs& name) {
  std::string out(1, static_cast<char>(name[0] * 40 + name[1]));
  for (std::size_t i = 2; i < name.size(); ++i) {
    std::string arc(1, static_cast<char>(name[i] & 0x7f));
    for (auto rest = name[i] >> 7; rest != 0; rest >>= 7)
      arc.insert(arc.begin(), static_cast<char>((rest & 0x7f) | 0x80));
    out += arc;
  }
  return out;
}

arcs unpacked(std::string_view bytes) {
  if (bytes.empty()) return {0, 0};
  const auto first = static_cast<unsigned char>(bytes[0]);
  arcs name{first / 40u, first % 40u};
  std::uint32_t arc = 0;
  for (const char byte : bytes.substr(1)) {
    arc = (arc << 7) | (static_cast<unsigned char>(byte) & 0x7f);
    if ((byte & 0x80) == 0) {
      name.push_back(arc);
      arc = 0;
    }
  }
  return name;
}

struct element {
  unsigned char as = 0;
  std::string_view content;
};

/// Takes the first element off the front; nothing if there is none.
std::optional<element> take(std::string_view& from) {
  if (from.size() < 2) return std::nullopt;
  element found{static_cast<unsigned char>(from[0]), {}};
  std::size_t size = static_cast<unsigned char>(from[1]);
  std::size_t head = 2;
  if (size > 0x80) {
    const auto count = size & 0x7f;
    if (count > 2 || from.size() < 2 + count) return std::nullopt;
    size = 0;
    for (std::size_t i = 0; i < count; ++i)
      size = (size << 8) | static_cast<unsigned char>(from[head++]);
  }
  if (from.size() < head + size) return std::nullopt;
  found.content = from.substr(head, size);
  from.remove_prefix(head + size);
  return found;
}

// ---- the card -----------------------------------------------------------------------------------

const std::string charge_name = packed({1, 3, 6, 1, 2, 1, 33, 1, 2, 4, 0});

class card {
public:
  card() {
    const arcs system{1, 3, 6, 1, 2, 1, 1};
    const arcs ups{1, 3, 6, 1, 2, 1, 33, 1};
    put(system, {1, 0}, wrapped(octets, "A card of the farm"));
    put(system, {2, 0}, wrapped(object, packed({1, 3, 6, 1, 2, 1, 33})));
    put(system, {3, 0}, number(ticks, 8'640'000));
    put(system, {5, 0}, wrapped(octets, "card"));
    int place = 0;
    for (const auto* word : {"Holdover", "Farm UPS 3000", "1.0", "2.0", "card", "a rack"})
      put(ups, {1, static_cast<std::uint32_t>(++place), 0}, wrapped(octets, word));
    numbers(ups, 2, {2, 0, 30, 100, 545, 20, 25});
    put(ups, {3, 1, 0}, number(0x41, 3));
    put(ups, {3, 2, 0}, number(integer, 1));
    row(ups, 3, 3, {500, 230, 33, 700});
    numbers(ups, 4, {3, 500, 1});
    row(ups, 4, 4, {230, 33, 750, 25});
    put(ups, {5, 1, 0}, number(integer, 500));
    put(ups, {5, 2, 0}, number(integer, 1));
    row(ups, 5, 3, {230, 0, 0});
    put(ups, {6, 1, 0}, number(gauge, 0));
    put(ups, {7, 1, 0}, wrapped(object, packed({1, 3, 6, 1, 2, 1, 33, 1, 7, 7, 1})));
    put(ups, {7, 2, 0}, number(integer, 1));
    put(ups, {7, 3, 0}, number(integer, 6));
    put(ups, {7, 4, 0}, wrapped(octets, ""));
    put(ups, {7, 5, 0}, number(ticks, 0));
    put(ups, {7, 6, 0}, number(integer, 0));
    numbers(ups, 8, {1, -1, -1, -1, 1});
    numbers(ups, 9, {230, 500, 230, 500, 3000, 2700, 2, 2, 180, 260});
  }

  /// Measured values are never quite the same twice.
  void move(std::int64_t by) {
    const arcs ups{1, 3, 6, 1, 2, 1, 33, 1};
    row(ups, 3, 3, {500 + by % 2, 230 + by % 3, 33 + by % 5, 700 + by});
    row(ups, 4, 4, {230 + by % 2, 33 + by % 4, 750 + by, 25 + by % 2});
    put(ups, {2, 5, 0}, number(integer, 545 + by % 3));
  }

  const std::string* at(std::string_view name) const {
    const auto found = by_name_.find(std::string(name));
    return found == by_name_.end() ? nullptr : &found->second;
  }

  using ordered = std::map<arcs, std::string>;
  ordered::const_iterator after(const arcs& name) const { return tree_.upper_bound(name); }
  ordered::const_iterator end() const { return tree_.end(); }

private:
  void put(arcs root, const arcs& rest, const std::string& value) {
    root.insert(root.end(), rest.begin(), rest.end());
    by_name_[packed(root)] = value;
    tree_[root] = value;
  }

  void numbers(const arcs& root, std::uint32_t group, const std::vector<std::int64_t>& values) {
    for (std::uint32_t i = 0; i < values.size(); ++i)
      put(root, {group, i + 1, 0}, number(integer, values[i]));
  }

  /// The only row of a table; its first column is the index, which nobody may read.
  void row(const arcs& root, std::uint32_t group, std::uint32_t table,
           const std::vector<std::int64_t>& values) {
    for (std::uint32_t i = 0; i < values.size(); ++i)
      put(root, {group, table, 1, i + 2, 1}, number(integer, values[i]));
  }

  std::unordered_map<std::string, std::string> by_name_;
  ordered tree_;
};

std::string bound(std::string_view name, std::string_view value) {
  return wrapped(sequence, wrapped(object, name).append(value));
}

std::string missing(unsigned char why) {
  return {static_cast<char>(why), 0};
}

struct question {
  std::string_view version, community, identity;
  unsigned char how = 0;
  std::int64_t repetitions = 0;
  std::vector<std::string_view> names;
};

std::optional<question> parsed(std::string_view datagram) {
  question asked;
  const auto message = take(datagram);
  if (!message) return std::nullopt;
  auto inside = message->content;
  const auto version = take(inside), community = take(inside), pdu = take(inside);
  if (!version || !community || !pdu) return std::nullopt;
  auto parts = pdu->content;
  const auto identity = take(parts), status = take(parts), index = take(parts), list = take(parts);
  if (!identity || !status || !index || !list) return std::nullopt;
  asked.version = version->content;
  asked.community = community->content;
  asked.identity = identity->content;
  asked.how = pdu->as;
  for (const char byte : index->content)
    asked.repetitions = asked.repetitions * 256 + static_cast<unsigned char>(byte);
  for (auto bindings = list->content; !bindings.empty();) {
    auto binding = take(bindings);
    if (!binding) return std::nullopt;
    const auto name = take(binding->content);
    if (!name) return std::nullopt;
    asked.names.push_back(name->content);
  }
  return asked;
}

std::string following(const card& of, const question& asked) {
  std::string bindings;
  const bool bulk = asked.how == get_bulk;
  std::vector<arcs> cursors;
  for (const auto name : asked.names)
    cursors.push_back(unpacked(name));
  for (std::int64_t turn = 0; turn < (bulk ? asked.repetitions : 1); ++turn)
    for (auto& cursor : cursors) {
      const auto next = of.after(cursor);
      if (next == of.end()) {
        bindings += bound(packed(cursor), missing(end_of_view));
        continue;
      }
      cursor = next->first;
      bindings += bound(packed(cursor), next->second);
    }
  return bindings;
}

std::string answer_to(const card& of, const question& asked) {
  std::string bindings;
  std::int64_t status = 0, index = 0;
  const bool first_version = asked.version == std::string_view("\0", 1);
  if (asked.how == get) {
    for (std::size_t i = 0; i < asked.names.size(); ++i) {
      const auto* value = of.at(asked.names[i]);
      if (value == nullptr && first_version && status == 0) {
        status = 2;
        index = static_cast<std::int64_t>(i) + 1;
      }
      bindings += bound(asked.names[i], value != nullptr ? *value
                                        : first_version  ? wrapped(null, "")
                                                         : missing(no_such_instance));
    }
  } else {
    bindings = following(of, asked);
  }
  const auto pdu = wrapped(response, wrapped(integer, asked.identity) + number(integer, status)
                                         + number(integer, index) + wrapped(sequence, bindings));
  return wrapped(sequence,
                 wrapped(integer, asked.version) + wrapped(octets, asked.community) + pdu);
}

// ---- the farm -----------------------------------------------------------------------------------

struct door {
  explicit door(int opened) : socket(opened) {
    for (std::size_t i = 0; i < cards.size(); ++i)
      cards[i].move(static_cast<std::int64_t>(i));
  }
  const card& whichever() const { return cards[datagrams % cards.size()]; }

  int socket;
  std::uint64_t datagrams = 0;
  std::uint64_t polls = 0;
  std::array<card, 7> cards;
};

struct visits {
  clock_type::time_point first, last;
  std::uint64_t intervals = 0;
  clock_type::duration longest{};
};

class farm {
public:
  explicit farm(const std::vector<std::uint16_t>& ports) {
    for (const auto port : ports)
      doors_.emplace_back(opened(port));
  }

  void run() {
    std::vector<pollfd> waiting{{0, POLLIN, 0}};
    for (const auto& one : doors_)
      waiting.push_back({one.socket, POLLIN, 0});
    std::puts("ready");
    std::fflush(stdout);
    for (;;) {
      ::poll(waiting.data(), waiting.size(), -1);
      for (std::size_t i = 0; i < doors_.size(); ++i)
        if (waiting[i + 1].revents != 0) serve(i);
      if (waiting[0].revents != 0 && !obey()) return;
    }
  }

private:
  static int opened(std::uint16_t port) {
    const int made = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    const int yes = 1;
    const int room = 16 << 20;
    ::setsockopt(made, IPPROTO_IP, IP_PKTINFO, &yes, sizeof yes);
    ::setsockopt(made, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_port = htons(port);
    where.sin_addr.s_addr = htonl(INADDR_ANY);
    if (::bind(made, reinterpret_cast<sockaddr*>(&where), sizeof where) == 0) return made;
    std::perror("card_farm: bind");
    std::exit(2);
  }

  void serve(std::size_t which) {
    for (int most = 0; most < 256; ++most) {
      std::array<char, 4096> bytes;
      alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(in_pktinfo))> control;
      sockaddr_in peer{};
      iovec buffer{bytes.data(), bytes.size()};
      msghdr message{};
      message.msg_name = &peer;
      message.msg_namelen = sizeof peer;
      message.msg_iov = &buffer;
      message.msg_iovlen = 1;
      message.msg_control = control.data();
      message.msg_controllen = control.size();
      const auto size = ::recvmsg(doors_[which].socket, &message, 0);
      if (size < 0) return;
      ++doors_[which].datagrams;
      reply(which, {bytes.data(), static_cast<std::size_t>(size)}, message);
    }
  }

  /// Whom the datagram was for is who answers: its control part goes back as it came.
  void reply(std::size_t which, std::string_view datagram, msghdr& message) {
    auto* about = CMSG_FIRSTHDR(&message);
    if (about == nullptr) return;
    in_pktinfo card_address;
    std::memcpy(&card_address, CMSG_DATA(about), sizeof card_address);
    const auto asked = parsed(datagram);
    if (!asked) return;
    if (std::ranges::find(asked->names, std::string_view(charge_name)) != asked->names.end()) {
      ++doors_[which].polls;
      if (watched_ == which) note(card_address.ipi_addr.s_addr);
    }
    if (dead_.contains(card_address.ipi_addr.s_addr)) return;
    auto said = answer_to(doors_[which].whichever(), *asked);
    card_address.ipi_spec_dst = card_address.ipi_addr;
    card_address.ipi_ifindex = 0;
    std::memcpy(CMSG_DATA(about), &card_address, sizeof card_address);
    iovec buffer{said.data(), said.size()};
    message.msg_iov = &buffer;
    message.msg_flags = 0;
    ::sendmsg(doors_[which].socket, &message, 0);
  }

  void note(in_addr_t address) {
    const auto now = clock_type::now();
    const auto [found, fresh] = visits_.try_emplace(address, visits{now, now, 0, {}});
    if (fresh) return;
    auto& seen = found->second;
    seen.longest = std::max(seen.longest, now - seen.last);
    seen.last = now;
    ++seen.intervals;
  }

  bool obey() {
    std::array<char, 512> bytes;
    const auto size = ::read(0, bytes.data(), bytes.size());
    if (size <= 0) return false;
    orders_.append(bytes.data(), static_cast<std::size_t>(size));
    for (auto end = orders_.find('\n'); end != std::string::npos; end = orders_.find('\n')) {
      std::istringstream order(orders_.substr(0, end));
      orders_.erase(0, end + 1);
      std::string what, whom;
      order >> what >> whom;
      std::cout << carried_out(what, whom) << std::endl;
    }
    return true;
  }

  std::string carried_out(const std::string& what, const std::string& whom) {
    std::ostringstream said;
    if (what == "counts") {
      for (const auto& one : doors_)
        said << one.datagrams << ' ' << one.polls << ' ';
    } else if (what == "dead" || what == "alive") {
      const auto address = ::inet_addr(whom.c_str());
      if (what == "dead")
        dead_.insert(address);
      else
        dead_.erase(address);
    } else if (what == "watch") {
      watched_ = static_cast<std::size_t>(std::strtoul(whom.c_str(), nullptr, 10));
      visits_.clear();
    } else if (what == "watched") {
      intervals(said);
    } else {
      said << "what?";
    }
    return said.str();
  }

  void intervals(std::ostringstream& said) const {
    using milliseconds = std::chrono::duration<double, std::milli>;
    std::vector<double> means;
    double longest = 0, sum = 0;
    for (const auto& [address, seen] : visits_) {
      if (dead_.contains(address) || seen.intervals == 0) continue;
      means.push_back(milliseconds(seen.last - seen.first).count()
                      / static_cast<double>(seen.intervals));
      sum += means.back();
      longest = std::max(longest, milliseconds(seen.longest).count());
    }
    std::ranges::sort(means);
    if (means.empty()) means.push_back(0);
    said << means.size() << ' ' << sum / static_cast<double>(means.size()) << ' '
         << means[means.size() / 2] << ' ' << longest;
  }

  std::vector<door> doors_;
  std::set<in_addr_t> dead_;
  std::optional<std::size_t> watched_;
  std::unordered_map<in_addr_t, visits> visits_;
  std::string orders_;
};

}  // namespace

int main(int count, char** values) {
  std::vector<std::uint16_t> ports;
  for (int i = 1; i < count; ++i) {
    const std::string_view text = values[i];
    std::uint16_t port = 0;
    std::from_chars(text.data(), text.data() + text.size(), port);
    if (port != 0) ports.push_back(port);
  }
  if (ports.empty()) {
    std::fputs("card_farm PORT...: plays network cards on every address of the loopback\n", stderr);
    return 2;
  }
  farm(ports).run();
  return 0;
}
