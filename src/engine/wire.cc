// SPDX-License-Identifier: MIT
#include "engine/wire.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace assay {
namespace {

using nlohmann::json;

constexpr size_t kHeaderBytes = 4;
constexpr int kMaxDepth =
    32;  // the library's decoder recurses: unbounded depth is a stack overflow

// Builds the value as the library's own builder does, refusing depth and repairing strings on the
// way.
class BoundedBuilder : public nlohmann::detail::json_sax_dom_parser<json> {
 public:
  using Base = nlohmann::detail::json_sax_dom_parser<json>;
  using Base::Base;
  bool start_object(size_t size) { return enter() && Base::start_object(size); }
  bool start_array(size_t size) { return enter() && Base::start_array(size); }
  bool end_object() { return leave() && Base::end_object(); }
  bool end_array() { return leave() && Base::end_array(); }
  bool key(std::string& text) {
    text = printable(std::move(text));
    return Base::key(text);
  }
  bool string(std::string& text) {
    text = printable(std::move(text));
    return Base::string(text);
  }

 private:
  bool enter() { return ++x_depth <= kMaxDepth; }
  bool leave() { return --x_depth >= 0; }
  int x_depth = 0;
};

json decode(std::span<const uint8_t> bytes) {
  json message;
  try {
    BoundedBuilder builder(message);
    if (!json::sax_parse(bytes.begin(), bytes.end(), &builder, json::input_format_t::cbor))
      throw WireError(fmt::format("a message is nested deeper than {} levels", kMaxDepth));
  } catch (const json::exception& error) {
    throw WireError(fmt::format("a message is no CBOR: {}", error.what()));
  }
  if (!message.is_object()) throw WireError("a message is no map");
  return message;
}

uint32_t frame_length(const uint8_t* header) {
  uint32_t length = 0;
  for (size_t i = 0; i < kHeaderBytes; ++i) length |= uint32_t{header[i]} << (8 * i);
  return length;
}

}  // namespace

std::string printable(std::string text) {
  if (std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; }))
    return text;
  return json::parse(json(std::move(text)).dump(-1, ' ', false, json::error_handler_t::replace))
      .get<std::string>();
}

std::vector<uint8_t> encode_frame(const json& message) {
  std::vector<uint8_t> frame(kHeaderBytes);
  json::to_cbor(message, frame);
  const size_t length = frame.size() - kHeaderBytes;
  if (length > kMaxFrameBytes)
    throw WireError(fmt::format("a message of {} bytes is too large for the wire", length));
  for (size_t i = 0; i < kHeaderBytes; ++i) frame[i] = static_cast<uint8_t>(length >> (8 * i));
  return frame;
}

void FrameDecoder::feed(std::span<const uint8_t> bytes) {
  if (x_start > x_buffer.size() / 2) {
    x_buffer.erase(x_buffer.begin(), x_buffer.begin() + static_cast<std::ptrdiff_t>(x_start));
    x_start = 0;
  }
  x_buffer.insert(x_buffer.end(), bytes.begin(), bytes.end());
}

std::optional<json> FrameDecoder::next() {
  if (pending() < kHeaderBytes) return std::nullopt;
  const uint32_t length = frame_length(x_buffer.data() + x_start);
  if (length > kMaxFrameBytes)
    throw WireError(
        fmt::format("a frame claims {} bytes; at most {} are allowed", length, kMaxFrameBytes));
  if (pending() < kHeaderBytes + length) return std::nullopt;
  json message = decode({x_buffer.data() + x_start + kHeaderBytes, length});
  x_start += kHeaderBytes + length;
  return message;
}

void write_frame(int descriptor, const json& message) {
  const std::vector<uint8_t> frame = encode_frame(message);
  for (size_t done = 0; done < frame.size();) {
    const ssize_t count = ::write(descriptor, frame.data() + done, frame.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0)
      throw WireError(fmt::format("cannot write to the host: {}", std::strerror(errno)));
    done += static_cast<size_t>(count);
  }
}

std::optional<json> read_frame(int descriptor, FrameDecoder& decoder) {
  while (true) {
    if (auto message = decoder.next()) return message;
    std::array<uint8_t, 65536> chunk;
    const ssize_t count = ::read(descriptor, chunk.data(), chunk.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0)
      throw WireError(fmt::format("cannot read from the host: {}", std::strerror(errno)));
    if (count == 0 && decoder.pending() > 0)
      throw WireError("the host's last message is truncated");
    if (count == 0) return std::nullopt;
    decoder.feed({chunk.data(), static_cast<size_t>(count)});
  }
}

}  // namespace assay
