// SPDX-License-Identifier: MIT
// The wire between host and worker: frames of a 4-byte little-endian length and a CBOR map, over
// two descriptors. docs/wire-protocol.md lists the messages. Tensors travel as files named in the
// frame.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace assay {

inline constexpr int kProtocolVersion = 1;
inline constexpr uint32_t kMaxFrameBytes = 256u << 20;

struct WireError : std::runtime_error {  // rubbish, a truncated frame, or too large a frame
  using std::runtime_error::runtime_error;
};

std::vector<uint8_t> encode_frame(const nlohmann::json& message);

// Collects bytes as they come and gives whole messages; throws WireError on rubbish.
class FrameDecoder {
 public:
  void feed(std::span<const uint8_t> bytes);
  std::optional<nlohmann::json> next();

 private:
  std::vector<uint8_t> x_buffer;
  size_t x_start = 0;
};

// Blocking helpers for the worker's side.
void write_frame(int descriptor, const nlohmann::json& message);
std::optional<nlohmann::json> read_frame(int descriptor,
                                         FrameDecoder& decoder);  // nothing at end of file

}  // namespace assay
