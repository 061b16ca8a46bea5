// SPDX-License-Identifier: MIT
// Any bytes are either messages, which can be printed and read as every kind of message, or a
// WireError; and they mean the same in whatever pieces they come.
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <vector>

#include "base/error.h"
#include "engine/messages.h"
#include "engine/wire.h"

namespace {

using namespace assay;
using nlohmann::json;

struct Decoded {
  std::vector<json> messages;
  bool rubbish = false;
};

Decoded decode(std::span<const uint8_t> bytes, size_t piece) {
  Decoded result;
  FrameDecoder decoder;
  try {
    for (size_t start = 0; start < bytes.size(); start += piece) {
      decoder.feed(bytes.subspan(start, std::min(piece, bytes.size() - start)));
      while (auto message = decoder.next()) result.messages.push_back(std::move(*message));
    }
  } catch (const WireError&) {
    result.rubbish = true;
  }
  return result;
}

template <typename T>
void read_as(const json& message) {
  try {
    const json again = message.get<T>();
    if (json(again.get<T>()) != again) std::abort();
  } catch (const json::exception&) {
  } catch (const Error&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const Decoded whole = decode({data, size}, std::max(size, size_t{1}));
  const Decoded pieces = decode({data, size}, 3);
  if (whole.rubbish != pieces.rubbish || whole.messages.size() != pieces.messages.size())
    std::abort();
  for (const json& message : whole.messages) {
    if (message.dump().empty()) std::abort();
    read_as<EngineInfo>(message);
    read_as<LoadRequest>(message);
    read_as<TensorFile>(message);
    read_as<RunRequest>(message);
    read_as<RunReply>(message);
    read_as<LoadReply>(message);
    read_as<MemoryReply>(message);
    read_as<Facts>(message);
  }
  return 0;
}
