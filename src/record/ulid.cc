// SPDX-License-Identifier: MIT
#include "record/ulid.h"

#include <algorithm>
#include <chrono>
#include <mutex>
#include <random>

#include "base/error.h"

namespace assay {
namespace {

constexpr char kCrockford[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr int kTimeDigits = 10;
constexpr int kEntropyDigits = 16;

UlidEntropy fresh_entropy() {
  std::random_device source;
  UlidEntropy entropy;
  for (uint8_t& byte : entropy) byte = static_cast<uint8_t>(source());
  return entropy;
}

// Adds 1 to 2^32 rather than 1, so that a forked copy of this process goes its own way.
void increase(UlidEntropy& entropy) {
  std::random_device source;
  uint64_t carry = uint64_t{source()} + 1;
  for (size_t i = entropy.size(); i-- > 0 && carry > 0;) {
    carry += entropy[i];
    entropy[i] = static_cast<uint8_t>(carry);
    carry >>= 8;
  }
}

class UlidMaker {
 public:
  std::string next(uint64_t unix_ms) {
    const std::lock_guard lock(x_mutex);
    if (unix_ms > x_last_ms) {
      x_last_ms = unix_ms;
      x_entropy = fresh_entropy();
      x_entropy[0] &= 0x7f;  // room to increase
    } else {
      increase(x_entropy);
    }
    return format_ulid(x_last_ms, x_entropy);
  }

 private:
  std::mutex x_mutex;
  uint64_t x_last_ms = 0;
  UlidEntropy x_entropy{};
};

}  // namespace

std::string format_ulid(uint64_t unix_ms, const UlidEntropy& entropy) {
  ASSAY_CHECK(unix_ms < (uint64_t{1} << 48));
  std::string text(kTimeDigits + kEntropyDigits, '0');
  for (int digit = kTimeDigits - 1; digit >= 0; --digit, unix_ms >>= 5)
    text[static_cast<size_t>(digit)] = kCrockford[unix_ms & 31];
  // 80 bits are two groups of 40: each is 5 bytes and 8 digits.
  for (size_t group = 0; group < 2; ++group) {
    uint64_t bits = 0;
    for (size_t byte = 0; byte < 5; ++byte) bits = bits << 8 | entropy[group * 5 + byte];
    for (size_t digit = 8; digit-- > 0; bits >>= 5)
      text[kTimeDigits + group * 8 + digit] = kCrockford[bits & 31];
  }
  return text;
}

std::string make_ulid() {
  static UlidMaker maker;  // the one state that "increase within a process" needs
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return maker.next(
      static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(now).count()));
}

}  // namespace assay
