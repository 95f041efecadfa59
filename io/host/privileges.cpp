#include "io/host/privileges.hpp"

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstring>
#include <fcntl.h>
#include <grp.h>
#include <pthread.h>
#include <pwd.h>
#include <string_view>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

namespace holdover::host {

namespace {

constexpr std::size_t stack_bytes = 512 * 1024;

std::string because(const std::string& what) {
  return what + ": " + std::strerror(errno);
}

/// Emergency keys of the kernel, one after the other: each only begins something.
std::optional<std::string> press(std::string_view keys_in_order) {
  const int keys = ::open("/proc/sysrq-trigger", O_WRONLY | O_CLOEXEC);
  if (keys < 0) return because("/proc/sysrq-trigger");
  std::optional<std::string> problem;
  for (const char key : keys_in_order) {
    if (::write(keys, &key, 1) != 1) {
      problem = because("/proc/sysrq-trigger");
      break;
    }
    ::sleep(1);
  }
  ::close(keys);
  return problem;
}

std::string no_such(const std::string& user) {
  return "no user '" + user + "' on this host; make it or name another";
}

}  // namespace

std::optional<std::string> user_objection(const std::string& user) {
  if (::geteuid() != 0 || ::getpwnam(user.c_str()) != nullptr) return std::nullopt;
  return no_such(user);
}

std::optional<std::string> drop_to(const std::string& user, int parent) {
  if (::geteuid() == 0) {
    const passwd* entry = ::getpwnam(user.c_str());
    if (entry == nullptr) return no_such(user);
    if (::setgroups(0, nullptr) != 0) return because("setgroups");
    if (::setgid(entry->pw_gid) != 0) return because("setgid");
    if (::setuid(entry->pw_uid) != 0) return because("setuid");
    if (::setuid(0) == 0) return "could become root again";
  }
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return because("no_new_privs");
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return because("pdeathsig");
  if (::getppid() != parent) return "the parent is gone";
  return std::nullopt;
}

std::optional<std::string> lock_memory() {
  pthread_attr_t threads;
  pthread_attr_init(&threads);
  pthread_attr_setstacksize(&threads, stack_bytes);
  pthread_setattr_default_np(&threads);
  pthread_attr_destroy(&threads);
  if (::mlockall(MCL_CURRENT | MCL_FUTURE) == 0) return std::nullopt;
  return because("memory is not locked");
}

std::optional<std::string> make_disks_read_only() {
  return press("su");
}

std::string power_off_now() {
  return press("suo").value_or("the kernel was asked to power off");
}

}  // namespace holdover::host
