#include "nodes/site/safety_thread.hpp"

#include <cstring>
#include <pthread.h>
#include <sched.h>

namespace holdover::site_node {

std::string enter_safety_thread(int realtime_priority) {
  pthread_setname_np(pthread_self(), "safety");
  if (realtime_priority <= 0) return "normal priority: realtime_priority is not set";
  sched_param how{};
  how.sched_priority = realtime_priority;
  const int problem = pthread_setschedparam(pthread_self(), SCHED_FIFO, &how);
  if (problem == 0) return "SCHED_FIFO " + std::to_string(realtime_priority);
  return std::string{"normal priority: SCHED_FIFO was refused ("} + std::strerror(problem)
         + "); grant CAP_SYS_NICE or LimitRTPRIO";
}

}  // namespace holdover::site_node
