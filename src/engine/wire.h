// SPDX-License-Identifier: MIT
// The wire between host and worker: frames of a 4-byte little-endian length and a CBOR map, over
// two descriptors. docs/wire-protocol.md lists the messages. Tensors travel as files named in the
// frame.
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace assay {

inline constexpr int kProtocolVersion = 2;
inline constexpr uint32_t kMaxFrameBytes = 256u << 20;

struct WireError : std::runtime_error {  // rubbish, a truncated frame, or too large a frame
  using std::runtime_error::runtime_error;
};

// Throws WireError when the message is larger than kMaxFrameBytes.
std::vector<uint8_t> encode_frame(const nlohmann::json& message);

// Collects bytes as they come and gives whole messages. Every message is a map of bounded depth
// whose strings are valid UTF-8 (bad bytes become U+FFFD), so it can always be printed. Throws
// WireError on rubbish, and then on every later call: a stream that was wrong once is never trusted
// again.
class FrameDecoder {
 public:
  void feed(std::span<const uint8_t> bytes);
  std::optional<nlohmann::json> next();
  // Bytes of a message that is not complete yet.
  size_t pending() const { return x_buffer.size() - x_start; }

 private:
  std::vector<uint8_t> x_buffer;
  size_t x_start = 0;
};

// The text with every byte that is not UTF-8 replaced: what an engine says is not always text.
std::string printable(std::string text);

// Blocking, for the worker's side; WireError when the other side is gone. read_frame gives nothing
// at end of file between messages and throws WireError inside one.
void write_frame(int descriptor, const nlohmann::json& message);
std::optional<nlohmann::json> read_frame(int descriptor, FrameDecoder& decoder);

}  // namespace assay
