#include "io/sandbox/sandbox.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <initializer_list>
#include <malloc.h>
#include <memory>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace holdover::sandbox {

namespace {

constexpr int memory_kept_bytes = 4 << 20;      // Given back to the kernel only beyond that.
constexpr int memory_mapped_bytes = 256 << 10;  // Larger pieces come and go by themselves.

// What the bus, the link to the machine, the log and the C library need while they run.
constexpr std::initializer_list<const char*> carrying{
    // Bytes over descriptors that are there.
    "read", "readv", "write", "writev", "recvfrom", "recvmsg", "sendto", "sendmsg", "close",
    "shutdown", "fcntl", "getsockopt", "setsockopt", "getsockname", "getpeername",
    // New connections. Which kinds of sockets: see add_sockets.
    "connect", "eventfd2",
    // Waiting.
    "poll", "ppoll", "select", "pselect6", "epoll_ctl", "epoll_wait", "epoll_pwait", "futex",
    "nanosleep", "clock_nanosleep", "clock_gettime", "gettimeofday", "restart_syscall",
    // Memory, random numbers, who one is.
    "brk", "munmap", "mremap", "madvise", "mlock", "munlock", "sched_getaffinity", "getrandom",
    "getpid", "gettid", "getppid", "getuid", "geteuid", "getgid", "getegid", "sysinfo", "uname",
    "getrusage", "times", "time", "clock_getres", "getcpu",
    // What a thread does first: some may have been started a moment ago.
    "rseq", "set_robust_list", "sched_getparam", "sched_getscheduler", "sched_setscheduler",
    "sched_yield",
    // Signals' ends, and ending; a thread that ends may give its signal stack back.
    "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "exit", "exit_group"};

// What libraries may try where something is rare, wrong or over, and can do without.
constexpr std::initializer_list<const char*> refused{
    // The C library when it gives memory back, sorts much, or wants to know more.
    "open", "openat", "openat2", "creat", "access", "faccessat", "faccessat2", "stat", "lstat",
    "fstat", "newfstatat", "statx", "statfs", "fstatfs", "readlink", "readlinkat", "getcwd",
    "getdents64", "unlink", "unlinkat", "umask",
    // A stream that is buffered, or flushed at the end.
    "lseek", "ioctl", "pread64", "pwrite64", "fsync", "fdatasync", "fadvise64", "ftruncate",
    // ZeroMQ when it has no descriptor left, or gives up and says where.
    "dup", "dup2", "dup3", "pipe", "pipe2", "socketpair", "epoll_create", "epoll_create1",
    "eventfd", "timerfd_create", "bind", "sendmmsg", "recvmmsg", "mincore", "msync",
    // Limits, priorities, memory: good to have.
    "getrlimit", "setrlimit", "getpriority", "setpriority", "mlock2", "mlockall", "munlockall",
    "mbind", "get_mempolicy", "membarrier", "sched_setaffinity", "sched_get_priority_max",
    "sched_get_priority_min", "rt_sigaction", "rt_sigpending", "getpgrp", "getpgid", "getsid"};

// What looking a name up needs beside that.
constexpr std::initializer_list<const char*> looking_up{"fstat", "newfstatat", "lseek",    "ioctl",
                                                        "bind",  "sendmmsg",   "recvmmsg", "statx"};

struct releases {
  void operator()(void* filter) const { seccomp_release(filter); }
};
using filter = std::unique_ptr<void, releases>;

/// Adds rules until one fails; one that this architecture does not have is none.
class rules {
public:
  explicit rules(const filter& into) : filter_(into.get()) {}

  void allow(const char* call) { add(SCMP_ACT_ALLOW, call, {}); }
  void allow_if(const char* call, std::initializer_list<scmp_arg_cmp> arguments) {
    add(SCMP_ACT_ALLOW, call, arguments);
  }
  void refuse(const char* call) { add(SCMP_ACT_ERRNO(EACCES), call, {}); }
  void refuse_if(const char* call, std::initializer_list<scmp_arg_cmp> arguments) {
    add(SCMP_ACT_ERRNO(EACCES), call, arguments);
  }
  int error() const { return error_; }

private:
  void add(std::uint32_t answer, const char* call, std::initializer_list<scmp_arg_cmp> arguments) {
    const int number = seccomp_syscall_resolve_name(call);
    if (number == __NR_SCMP_ERROR || error_ != 0) return;
    error_ = seccomp_rule_add_array(filter_, answer, number,
                                    static_cast<unsigned>(arguments.size()), arguments.begin());
  }

  scmp_filter_ctx filter_;
  int error_ = 0;
};

void add_sockets(rules& to, bool datagrams) {
  for (const auto family : {AF_INET, AF_INET6, AF_UNIX})
    to.allow_if("socket", {SCMP_A0(SCMP_CMP_EQ, static_cast<scmp_datum_t>(family))});
  if (datagrams)
    to.allow_if("socket", {SCMP_A0(SCMP_CMP_EQ, AF_NETLINK)});
  else
    to.refuse_if("socket", {SCMP_A0(SCMP_CMP_EQ, AF_NETLINK)});
}

// Files may be read where names are looked up. Opening one to write stays refused.
void add_files(rules& to, bool reading) {
  constexpr scmp_datum_t ways = O_ACCMODE | O_CREAT | O_TRUNC;
  const auto allowed = [&](std::string_view call) {
    return reading && std::find(looking_up.begin(), looking_up.end(), call) != looking_up.end();
  };
  for (const std::string_view call : refused) {
    if (reading && call == "openat") continue;
    if (!allowed(call)) to.refuse(call.data());
  }
  if (!reading) return;
  for (const auto* call : looking_up)
    to.allow(call);
  to.allow_if("openat", {SCMP_A2(SCMP_CMP_MASKED_EQ, ways, O_RDONLY)});
  for (const scmp_datum_t way : {O_WRONLY, O_RDWR})
    to.refuse_if("openat", {SCMP_A2(SCMP_CMP_MASKED_EQ, O_ACCMODE, way)});
}

// A page that is written and then executed is how foreign code gets in. Looking up a name may load
// a library of the system's choice, which asks for the same.
void add_memory(rules& to, bool may_load_libraries) {
  for (const auto* call : {"mmap", "mprotect"}) {
    if (may_load_libraries)
      to.allow(call);
    else
      to.allow_if(call, {SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)});
  }
}

// A library that gives up ends the process by itself, and the log shows why.
void add_giving_up(rules& to) {
  to.allow_if("tgkill", {SCMP_A0(SCMP_CMP_EQ, static_cast<scmp_datum_t>(::getpid())),
                         SCMP_A2(SCMP_CMP_EQ, SIGABRT)});
  to.refuse_if("prlimit64", {SCMP_A2(SCMP_CMP_EQ, 0)});
  to.allow_if("prctl", {SCMP_A0(SCMP_CMP_EQ, PR_SET_NAME)});
  to.refuse_if("prctl", {SCMP_A0(SCMP_CMP_EQ, PR_SET_VMA)});
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

void calm_memory() {
  ::mallopt(M_ARENA_MAX, 1);
  ::mallopt(M_TRIM_THRESHOLD, memory_kept_bytes);
  ::mallopt(M_MMAP_THRESHOLD, memory_mapped_bytes);
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
  const bool looks_up = how == names::looked_up;
  add_sockets(all, looks_up);
  add_memory(all, looks_up);
  add_files(all, looks_up);
  add_giving_up(all);
  if (all.error() != 0) return failed("a filter of system calls", all.error());
  if (const int error = seccomp_load(made.get()); error != 0)
    return failed("this kernel takes no filter of system calls", error);
  return std::nullopt;
}

}  // namespace holdover::sandbox
