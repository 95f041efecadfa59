#include "io/sandbox/sandbox.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <initializer_list>
#include <memory>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>

namespace holdover::sandbox {

namespace {

// What the bus, the link to the machine, the log and the C library need while they run.
constexpr std::initializer_list<const char*> carrying{
    // Bytes over descriptors that are there.
    "read", "readv", "write", "writev", "recvfrom", "recvmsg", "sendto", "sendmsg", "close",
    "shutdown", "fcntl", "getsockopt", "setsockopt", "getsockname", "getpeername",
    // New connections. Which kinds of sockets: see add_sockets.
    "connect", "eventfd2",
    // Waiting.
    "poll", "ppoll", "epoll_ctl", "epoll_wait", "epoll_pwait", "futex", "nanosleep",
    "clock_nanosleep", "clock_gettime", "gettimeofday", "restart_syscall",
    // Memory, random numbers, who one is.
    "brk", "munmap", "mremap", "madvise", "mlock", "munlock", "sched_getaffinity", "getrandom",
    "getpid", "gettid",
    // What a thread does first: some may have been started a moment ago.
    "rseq", "set_robust_list", "sched_getparam", "sched_getscheduler", "sched_setscheduler",
    "sched_yield",
    // Signals' ends, and ending; a thread that ends may give its signal stack back.
    "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "exit", "exit_group"};

// What looking a name up needs beside that.
constexpr std::initializer_list<const char*> looking_up{
    "fstat", "newfstatat", "lseek", "ioctl", "uname", "bind", "sendmmsg", "recvmmsg", "statx"};

struct releases {
  void operator()(void* filter) const { seccomp_release(filter); }
};
using filter = std::unique_ptr<void, releases>;

/// Adds rules until one fails; one that this architecture does not have is none.
class rules {
public:
  explicit rules(const filter& into) : filter_(into.get()) {}

  void allow(const char* call) { add(call, 0, {}); }
  void allow_if(const char* call, scmp_arg_cmp argument) { add(call, 1, argument); }
  int error() const { return error_; }

private:
  void add(const char* call, unsigned count, scmp_arg_cmp argument) {
    const int number = seccomp_syscall_resolve_name(call);
    if (number == __NR_SCMP_ERROR || error_ != 0) return;
    error_ = seccomp_rule_add_array(filter_, SCMP_ACT_ALLOW, number, count, &argument);
  }

  scmp_filter_ctx filter_;
  int error_ = 0;
};

void add_sockets(rules& to, bool datagrams) {
  for (const auto family : {AF_INET, AF_INET6, AF_UNIX})
    to.allow_if("socket", SCMP_A0(SCMP_CMP_EQ, static_cast<scmp_datum_t>(family)));
  if (datagrams) to.allow_if("socket", SCMP_A0(SCMP_CMP_EQ, AF_NETLINK));
}

void add_reading(rules& to) {
  constexpr scmp_datum_t ways = O_ACCMODE | O_CREAT | O_TRUNC;
  to.allow_if("openat", SCMP_A2(SCMP_CMP_MASKED_EQ, ways, O_RDONLY));
  for (const auto* call : looking_up)
    to.allow(call);
}

// A page that is written and then executed is how foreign code gets in. Looking up a name may load
// a library of the system's choice, which asks for the same.
void add_memory(rules& to, bool may_load_libraries) {
  for (const auto* call : {"mmap", "mprotect"}) {
    if (may_load_libraries)
      to.allow(call);
    else
      to.allow_if(call, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
  }
}

std::string failed(const char* what, int error) {
  return std::string{what} + ": " + std::strerror(-error);
}

bool is_number(std::string_view endpoint) {
  if (!endpoint.starts_with("tcp://")) return true;  // A path.
  const auto colon = endpoint.rfind(':');
  auto host = std::string{endpoint.substr(6, colon - 6)};
  if (host.starts_with('[')) return true;  // Only numbers of IPv6 stand in brackets.
  std::array<unsigned char, sizeof(in6_addr)> ignored{};
  return ::inet_pton(AF_INET, host.c_str(), ignored.data()) == 1;
}

}  // namespace

names names_in(const std::vector<std::string>& endpoints) {
  return std::all_of(endpoints.begin(), endpoints.end(), is_number) ? names::by_number
                                                                    : names::looked_up;
}

std::optional<std::string> confine_to_carrying(names how) {
  ::tzset();  // The log tells the time; its zone is a file.
  const filter made{seccomp_init(SCMP_ACT_KILL_PROCESS)};
  if (!made) return "no filter of system calls: out of memory";
  if (const int error = seccomp_attr_set(made.get(), SCMP_FLTATR_CTL_TSYNC, 1); error != 0)
    return failed("a filter of system calls for all threads", error);
  rules all{made};
  for (const auto* call : carrying)
    all.allow(call);
  all.allow_if("prctl", SCMP_A0(SCMP_CMP_EQ, PR_SET_NAME));
  add_sockets(all, how == names::looked_up);
  add_memory(all, how == names::looked_up);
  if (how == names::looked_up) add_reading(all);
  if (all.error() != 0) return failed("a filter of system calls", all.error());
  if (const int error = seccomp_load(made.get()); error != 0)
    return failed("this kernel takes no filter of system calls", error);
  return std::nullopt;
}

}  // namespace holdover::sandbox
