// A private key in memory: kept out of core dumps and swap, never written to after it was made, and
// zeroed when the last handle goes.
//
// A handle is copied freely; the bytes are not. There is no way to print one and no comparison.

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace holdover::keys {

class secret {
public:
  /// Makes `size` bytes and lets `fill` write them; from then on they are read-only.
  template <class Fill>
  static secret make(std::size_t size, Fill fill) {
    secret made{size};
    fill(std::span<std::uint8_t>{made.bytes_.get(), size});
    made.seal();
    return made;
  }
  static secret copy_of(std::span<const std::uint8_t>);

  std::span<const std::uint8_t> reveal() const { return {bytes_.get(), size_}; }

private:
  explicit secret(std::size_t size);
  void seal();

  std::shared_ptr<std::uint8_t> bytes_;
  std::size_t size_;
};

/// Zeroes memory that held a secret on its way, in a manner the optimiser does not remove.
void wipe(void* data, std::size_t size);

}  // namespace holdover::keys
