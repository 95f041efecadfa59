#include "io/device/modbus/link.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <modbus/modbus.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <unistd.h>
#include <utility>

namespace holdover::device::modbus {

namespace {

constexpr std::chrono::milliseconds answer_max{1000};
constexpr std::chrono::milliseconds pause_min{200};
constexpr std::chrono::milliseconds pause_max{2000};
constexpr int descriptors_reserve = 32;

/// Whether the next descriptor will be one that select() can wait for.
bool room_for_select() {
  const int probe = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (probe < 0) return false;
  ::close(probe);
  return probe < FD_SETSIZE - descriptors_reserve;
}

std::string remedy_for(int error, bool serial) {
  if (serial && error == ENOENT) return "; check the cable and the path of the line";
  if (serial && error == EACCES) return "; put the program's user into the group dialout";
  if (serial && error == EBUSY) return "; another program has the line";
  if (serial) return "; check the cable and the unit's rate and frame";
  if (error == ECONNREFUSED) return "; is Modbus TCP switched on there, and is the port right?";
  return "; check address, cable and firewall";
}

bool is_exception(int error) {
  return error > MODBUS_ENOBASE && error < MODBUS_ENOBASE + MODBUS_EXCEPTION_MAX;
}

failure_kind kind_of(int error) {
  switch (error) {
    case EMBXILFUN:
    case EMBXILADD:
    case EMBXILVAL:
      return failure_kind::unsupported;
    case EMBXGPATH:
    case EMBXGTAR:
      return failure_kind::unknown_unit;
    case EMBXNACK:
    case EMBXMEMPAR:
      return failure_kind::refused;
    case EMBBADCRC:
    case EMBBADDATA:
    case EMBBADEXC:
    case EMBUNKEXC:
    case EMBMDATA:
    case EMBBADSLAVE:
      return failure_kind::nonsense;
    default:
      return failure_kind::unreachable;
  }
}

}  // namespace

std::string target::name() const {
  return is_serial() ? host : host + ':' + std::to_string(port);
}

void link::close_context::operator()(_modbus* context) const {
  modbus_close(context);
  modbus_free(context);
}

link::link(target where) : where_(std::move(where)) {}
link::~link() = default;

std::variant<std::vector<std::uint16_t>, trouble> link::read(std::uint8_t unit, const block& what,
                                                             clock::time_point deadline) {
  if (auto problem = prepare(unit, deadline)) return std::move(*problem);
  std::vector<std::uint16_t> values(what.count);
  std::vector<std::uint8_t> bits(what.count);
  int got = -1;
  switch (what.where) {
    case space::coil:
      got = modbus_read_bits(context_.get(), what.first, what.count, bits.data());
      break;
    case space::discrete:
      got = modbus_read_input_bits(context_.get(), what.first, what.count, bits.data());
      break;
    case space::holding:
      got = modbus_read_registers(context_.get(), what.first, what.count, values.data());
      break;
    case space::input:
      got = modbus_read_input_registers(context_.get(), what.first, what.count, values.data());
      break;
  }
  if (got < 0) return explain(errno, unit);
  if (got != what.count) return explain(EMBBADDATA, unit);
  unit_pauses_.erase(unit);
  if (of_bits(what.where)) std::ranges::copy(bits, values.begin());
  return values;
}

std::optional<trouble> link::write_coil(std::uint8_t unit, std::uint16_t address, bool on,
                                        clock::time_point deadline) {
  if (auto problem = prepare(unit, deadline)) return problem;
  if (modbus_write_bit(context_.get(), address, on ? 1 : 0) != 1) return explain(errno, unit);
  unit_pauses_.erase(unit);
  return std::nullopt;
}

std::optional<trouble> link::prepare(std::uint8_t unit, clock::time_point deadline) {
  const auto now = clock::now();
  if (now >= deadline)
    return trouble{.why = {failure_kind::unreachable,
                           where_.name() + " is too busy to answer in time; poll less often"},
                   .out_of_time = true};
  if (const auto found = unit_pauses_.find(unit);
      found != unit_pauses_.end() && now < found->second.until)
    return trouble{found->second.why};
  if (!context_) {
    if (now < line_pause_.until) return trouble{line_pause_.why};
    if (auto problem = open(deadline)) {
      rest(line_pause_, *problem);
      return trouble{std::move(*problem)};
    }
    line_pause_ = {};
  }
  modbus_set_slave(context_.get(), unit);
  limit(deadline);
  // What a serial line still holds belongs to a question that was given up.
  if (where_.is_serial()) modbus_flush(context_.get());
  return std::nullopt;
}

std::optional<failure> link::open(clock::time_point deadline) {
  if (!room_for_select())
    return failure{failure_kind::unreachable, "no room for a connection to " + where_.name()
                                                  + ": too many files are open in this process"};
  if (where_.is_serial())
    context_.reset(modbus_new_rtu(where_.host.c_str(), static_cast<int>(where_.serial.baud),
                                  where_.serial.frame[1], where_.serial.frame[0] - '0',
                                  where_.serial.frame[2] - '0'));
  else
    context_.reset(modbus_new_tcp_pi(where_.host.c_str(), std::to_string(where_.port).c_str()));
  if (!context_)
    return failure{failure_kind::unreachable, where_.name() + " cannot be an address: "
                                                  + modbus_strerror(errno) + "; correct it"};
  limit(deadline);
  if (modbus_connect(context_.get()) == 0) {
    if (where_.is_serial()) ::ioctl(modbus_get_socket(context_.get()), TIOCEXCL);
    return std::nullopt;
  }
  // The name service reports by other means than errno.
  const int error = errno != 0 ? errno : EHOSTUNREACH;
  context_.reset();
  return failure{failure_kind::unreachable, "cannot connect to " + where_.name() + ": "
                                                + modbus_strerror(error)
                                                + remedy_for(error, where_.is_serial())};
}

void link::limit(clock::time_point deadline) {
  using std::chrono::microseconds;
  const auto left = std::chrono::duration_cast<microseconds>(deadline - clock::now());
  const auto time = std::clamp<microseconds>(left, microseconds{1000}, answer_max);
  modbus_set_response_timeout(context_.get(), static_cast<std::uint32_t>(time.count() / 1'000'000),
                              static_cast<std::uint32_t>(time.count() % 1'000'000));
}

trouble link::explain(int error, std::uint8_t unit) {
  const auto who = "unit " + std::to_string(unit) + " on " + where_.name();
  trouble what;
  what.why = {kind_of(error), who + ": " + modbus_strerror(error)};
  what.no_such_address = error == EMBXILADD;
  const bool no_such_unit = error == EMBXGPATH || error == EMBXGTAR;
  what.answered = is_exception(error) && !no_such_unit;
  if (no_such_unit) what.why.text += "; correct the unit's number, or see why it is silent";
  if (error == EMBXILADD) what.why.text += "; correct the map";
  if (what.answered) return what;
  if (!is_exception(error)) {
    if (what.why.kind == failure_kind::unreachable)
      what.why.text += remedy_for(error, where_.is_serial());
    const bool keep =
        where_.is_serial() && (error == ETIMEDOUT || what.why.kind == failure_kind::nonsense);
    if (!keep) context_.reset();
  }
  rest(unit_pauses_[unit], what.why);
  return what;
}

void link::rest(pause& which, const failure& why) {
  which.length = std::clamp(which.length * 2, pause_min, pause_max);
  which.until = clock::now() + which.length;
  which.why = why;
}

}  // namespace holdover::device::modbus
