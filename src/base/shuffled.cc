// SPDX-License-Identifier: MIT
#include "base/shuffled.h"

#include <numeric>
#include <utility>

#include "base/random.h"

namespace assay {

std::vector<size_t> shuffled(size_t count, uint64_t seed, uint64_t round) {
  std::vector<size_t> order(count);
  std::iota(order.begin(), order.end(), size_t{0});
  const uint64_t key = stream_key(seed, "order of bursts");
  for (size_t i = count; i > 1; --i)
    std::swap(order[i - 1], order[random_u64(key, round * count + i) % i]);
  return order;
}

}  // namespace assay
