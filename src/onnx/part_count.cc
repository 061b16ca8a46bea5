// SPDX-License-Identifier: MIT
#include "onnx/part_count.h"

#include <array>
#include <optional>

namespace assay {
namespace {

// The messages of onnx.proto that hold others any number of times.
enum class Kind { model, graph, node, attribute, function, tensor, info, type, shape, leaf };

struct Field {
  Kind in;
  uint64_t number;
  Kind holds;
};

constexpr auto kFields = std::to_array<Field>({{Kind::model, 7, Kind::graph},
                                               {Kind::model, 25, Kind::function},
                                               {Kind::graph, 1, Kind::node},
                                               {Kind::graph, 5, Kind::tensor},
                                               {Kind::graph, 11, Kind::info},
                                               {Kind::graph, 12, Kind::info},
                                               {Kind::graph, 13, Kind::info},
                                               {Kind::function, 7, Kind::node},
                                               {Kind::function, 11, Kind::attribute},
                                               {Kind::node, 5, Kind::attribute},
                                               {Kind::attribute, 5, Kind::tensor},
                                               {Kind::attribute, 6, Kind::graph},
                                               {Kind::attribute, 10, Kind::tensor},
                                               {Kind::attribute, 11, Kind::graph},
                                               {Kind::info, 2, Kind::type},
                                               {Kind::type, 1, Kind::shape},
                                               {Kind::shape, 2, Kind::shape}});

Kind kind_of(Kind in, uint64_t number) {
  for (const Field& field : kFields)
    if (field.in == in && field.number == number) return field.holds;
  return Kind::leaf;
}

class Count {
 public:
  explicit Count(int64_t limit) : x_limit(limit) {}

  void add(std::span<const std::byte> bytes, Kind kind, int depth) {
    constexpr int kDeepest = 100;  // protobuf's own limit
    while (!bytes.empty() && x_parts < x_limit && depth < kDeepest) {
      const auto tag = number(bytes);
      if (!tag) return;
      if ((*tag & 7) != 2) {
        if (!skip(bytes, *tag & 7)) return;
        continue;
      }
      const auto length = number(bytes);
      if (!length || *length > bytes.size()) return;
      ++x_parts;
      const Kind held = kind_of(kind, *tag >> 3);
      if (held != Kind::leaf) add(bytes.first(*length), held, depth + 1);
      bytes = bytes.subspan(*length);
    }
  }

  int64_t parts() const { return x_parts; }

 private:
  static std::optional<uint64_t> number(std::span<const std::byte>& bytes) {
    uint64_t value = 0;
    for (size_t i = 0; i < 10 && i < bytes.size(); ++i) {
      value |= (std::to_integer<uint64_t>(bytes[i]) & 127) << (7 * i);
      if (std::to_integer<int>(bytes[i]) < 128) {
        bytes = bytes.subspan(i + 1);
        return value;
      }
    }
    return std::nullopt;
  }

  static bool skip(std::span<const std::byte>& bytes, uint64_t wire_type) {
    if (wire_type == 0) return number(bytes).has_value();
    const size_t size = wire_type == 1 ? 8 : wire_type == 5 ? 4 : bytes.size() + 1;
    if (size > bytes.size()) return false;
    bytes = bytes.subspan(size);
    return true;
  }

  int64_t x_limit;
  int64_t x_parts = 0;
};

}  // namespace

int64_t count_parts(std::span<const std::byte> model, int64_t limit) {
  Count count(limit);
  count.add(model, Kind::model, 0);
  return count.parts();
}

}  // namespace assay
