// Threads that stand ready for errands which may hang: a disk, a program, the kernel.
//
// Whoever must never wait hands an errand over and goes on. The threads are started with the crew:
// when a machine has run out of memory, which is when it matters, none could be started any more.
// Errands begin in their order; one that hangs holds up only those behind it for which no thread is
// left. What may wait is bounded.
//
// The safe side: an errand that is dropped is told to whoever posted it, never waited for.

#pragma once

#include <cstddef>
#include <functional>
#include <memory>

namespace holdover::host {

class crew {
public:
  struct shape {
    std::size_t threads = 1;       ///< Ready from the beginning.
    std::size_t threads_max = 1;   ///< While all are busy more are tried, up to so many.
    std::size_t waiting_max = 64;  ///< Errands that no thread has begun.
    bool newest_matters = false;   ///< When full, the oldest goes; else the new one is not taken.
  };
  using errand = std::function<void()>;

  /// Throws std::system_error if the threads cannot be started.
  explicit crew(shape);
  /// Waits for nothing: an errand that has begun goes on, those that have not are dropped.
  ~crew();
  crew(const crew&) = delete;
  crew& operator=(const crew&) = delete;

  /// False if this errand, or an older one in its stead, was dropped. An errand that throws is
  /// over.
  bool post(errand);

private:
  struct desk;
  static void serve(const std::shared_ptr<desk>&);

  const shape shape_;
  std::shared_ptr<desk> desk_;
};

}  // namespace holdover::host
