// SPDX-License-Identifier: MIT
// Counter-based random numbers: value i of stream s depends only on (s, i), uses integer arithmetic
// alone, and so is the same on every machine and in any order. SplitMix64's finalizer (Steele, Lea
// and Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014) over a keyed counter.
#pragma once

#include <cstdint>
#include <string_view>

namespace assay {

constexpr uint64_t mix64(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

// A stream's key from a seed and a name (FNV-1a over the name).
constexpr uint64_t stream_key(uint64_t seed, std::string_view name) {
  uint64_t hash = 0xcbf29ce484222325u;
  for (char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return mix64(hash ^ mix64(seed + 0x9e3779b97f4a7c15u));
}

constexpr uint64_t random_u64(uint64_t key, uint64_t index) {
  return mix64(key + (index + 1) * 0x9e3779b97f4a7c15u);
}

// Uniform in [-1, 1), a multiple of 2^-23: exact in a float, no libm.
constexpr float random_uniform(uint64_t key, uint64_t index) {
  return static_cast<float>(static_cast<int64_t>(random_u64(key, index) >> 40) -
                            (int64_t{1} << 23)) *
         0x1p-23f;
}

}  // namespace assay
