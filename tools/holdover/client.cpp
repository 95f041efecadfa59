#include "tools/holdover/client.hpp"

#include "io/config/members_loader.hpp"
#include "io/config/site_loader.hpp"
#include "io/keys/digest.hpp"
#include "io/keys/key_file.hpp"
#include "io/keys/random.hpp"
#include "io/wire/codec.hpp"
#include "io/wire/topic.hpp"

#include <iostream>
#include <utility>

namespace holdover::tool {

namespace {

// A slow terminal must not eat all memory; the oldest go first.
constexpr std::size_t inbox_limit = 100'000;

}  // namespace

client::client(holdover::site about, membership members, const keys::key_pair& keys)
    : site_(std::move(about)),
      name_(keys.name),
      role_(members.find(keys.name)->as),
      signer_(keys),
      verifier_(std::move(members)) {}

client::~client() {
  bus_.reset();
}

std::variant<std::unique_ptr<client>, std::string> client::open(const access& how, bool listen) {
  auto site_or = config::load_site(how.site_file, keys::sha256);
  if (const auto* bad = std::get_if<std::vector<config::problem>>(&site_or))
    return config::to_string(*bad);
  auto members_or = config::load_members(how.members_file);
  if (const auto* bad = std::get_if<std::vector<config::problem>>(&members_or))
    return config::to_string(*bad);
  const auto keys_or = keys::read_key_file(how.key_file);
  if (const auto* bad = std::get_if<keys::refusal>(&keys_or)) return bad->reason;
  const auto& keys = std::get<keys::key_pair>(keys_or);
  const auto& members = std::get<membership>(members_or);
  if (members.find(keys.name) == nullptr)
    return "'" + keys.name + "' is not enrolled in " + how.members_file
           + "; run `holdover keys enrol` there and on the nodes";

  std::unique_ptr<client> made{
      new client{std::move(std::get<holdover::site>(site_or)), members, keys}};
  bus::endpoint_config setup{.name = keys.name,
                             .keys = keys.curve,
                             .members = members,
                             .listen_control = std::nullopt,
                             .listen_events = std::nullopt,
                             .peers = {},
                             .topics = {},
                             .limits = {}};
  for (const auto& node : made->site_.nodes)
    setup.peers.push_back({node.name, node.control_endpoint, listen ? node.events_endpoint : ""});
  if (listen) setup.topics.push_back(wire::topic_prefix({made->site_.name}));
  bus::handlers react;
  react.on_control = [self = made.get()](const bus::origin& from, std::string bytes) {
    self->take(from.member, bytes);
  };
  react.on_event = [self = made.get()](const bus::origin& from, std::string, std::string bytes) {
    self->take(from.member, bytes);
  };
  react.on_peer = [](const std::string&, bool) {};
  react.on_trouble = [self = made.get()](const std::string& what) { self->note(what); };
  auto opened = bus::bus_endpoint::open(std::move(setup), std::move(react));
  if (const auto* bad = std::get_if<bus::refusal>(&opened)) return bad->reason;
  made->bus_ = std::move(std::get<std::unique_ptr<bus::bus_endpoint>>(opened));
  return made;
}

// Each once: what keeps us out is tried again and again.
void client::note(const std::string& trouble) {
  const std::lock_guard lock{mutex_};
  if (troubles_.insert(trouble).second) std::cerr << trouble << '\n';
}

bool client::heard_anybody() const {
  for (const auto& node : site_.nodes)
    if (bus_->reachable(node.name)) return true;
  return false;
}

void client::take(const std::string& from, const std::string& bytes) {
  auto letter = open_letter(from, bytes);
  if (!letter) return;
  const std::lock_guard lock{mutex_};
  for (auto& one : unpacked(std::move(letter->what))) {
    if (inbox_.size() >= inbox_limit) inbox_.pop_front();
    inbox_.push_back({letter->from, letter->signer, std::move(one)});
  }
  arrived_.notify_one();
}

std::optional<heard> client::open_letter(const std::string& from, const std::string& bytes) const {
  auto outer = wire::decode_signed(bytes);
  const auto* envelope = std::get_if<signed_message>(&outer);
  if (envelope == nullptr || !std::holds_alternative<const member*>(verifier_.verify(*envelope)))
    return std::nullopt;
  auto inner = wire::decode(envelope->bytes);
  auto* content = std::get_if<message>(&inner);
  if (content == nullptr || content->site != site_.name) return std::nullopt;
  return heard{from, envelope->signer, std::move(*content)};
}

bool client::ask(const std::string& node, domain about, message_payload what) {
  if (!bus_->reachable(node)) return false;
  message m;
  m.site = site_.name;
  m.publisher = name_;
  m.wall_milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(
                            std::chrono::system_clock::now().time_since_epoch())
                            .count();
  m.what = std::move(what);
  return bus_->send_to(node, wire::encode(signer_.sign(about, wire::encode(m))))
         == bus::send_result::queued;
}

std::optional<heard> client::next(std::chrono::steady_clock::time_point deadline) {
  std::unique_lock lock{mutex_};
  if (!arrived_.wait_until(lock, deadline, [&] { return !inbox_.empty(); })) return std::nullopt;
  auto first = std::move(inbox_.front());
  inbox_.pop_front();
  return first;
}

std::variant<std::unique_ptr<client>, exit_status> open_as_operator(const access& how,
                                                                    const std::string& can) {
  auto opened = client::open(how, false);
  if (const auto* why = std::get_if<std::string>(&opened)) {
    std::cerr << *why << '\n';
    return exit_status::usage;
  }
  auto made = std::get<std::unique_ptr<client>>(std::move(opened));
  if (made->as() == role::operator_) return made;
  std::cerr << "'" << made->name() << "' is a " << to_string(made->as())
            << "; only an operator's key can " << can << '\n';
  return exit_status::refused;
}

operator_command command_after(const operator_answer& said, const client& asked,
                               decltype(operator_command::what) what) {
  operator_command command;
  command.by = asked.name();
  command.request = keys::make_random_id();
  command.node_incarnation = said.node_incarnation;
  command.node_tick = said.node_tick;
  command.what = std::move(what);
  return command;
}

}  // namespace holdover::tool
