// SPDX-License-Identifier: MIT
#include "engines/litert/written_layers.h"

#include <flatbuffers/flatbuffers.h>

#include <algorithm>

#include "engines/litert/tflite_file.h"

namespace assay {
namespace {

using flatbuffers::Table;
using Tables = flatbuffers::Vector<flatbuffers::Offset<Table>>;
using Numbers = flatbuffers::Vector<int32_t>;

constexpr int8_t kInt8 = 9;  // TensorType

constexpr flatbuffers::voffset_t field(int i) {
  return static_cast<flatbuffers::voffset_t>(4 + 2 * i);
}
const Tables& tables(const Table& table, int i) {
  return *table.GetPointer<const Tables*>(field(i));
}

bool multiplies(const Table& model, const Table& op) {
  constexpr TfliteOp kProducts[] = {TfliteOp::conv, TfliteOp::depthwise_conv,
                                    TfliteOp::fully_connected, TfliteOp::batch_matmul};
  const Table& code = *tables(model, 1).Get(op.GetField<uint32_t>(field(0), 0));
  const auto theirs = static_cast<TfliteOp>(code.GetField<int32_t>(field(3), 0));
  return std::ranges::count(kProducts, theirs) > 0;
}

}  // namespace

std::vector<WrittenLayer> written_layers(std::span<const std::byte> file,
                                         std::span<const int64_t> macs) {
  const Table& model = *flatbuffers::GetRoot<Table>(file.data());
  const Table& graph = *tables(model, 2).Get(0);
  std::vector<WrittenLayer> layers;
  for (const Table* op : tables(graph, 3)) {
    if (!multiplies(model, *op)) continue;
    if (layers.size() == macs.size()) return {};
    const auto weight = op->GetPointer<const Numbers*>(field(1))->Get(1);
    const Table& tensor = *tables(graph, 0).Get(static_cast<unsigned>(weight));
    const bool integers = tensor.GetField<int8_t>(field(1), 0) == kInt8;
    layers.push_back({macs[layers.size()], integers ? "int8" : "fp32"});
  }
  return layers.size() == macs.size() ? layers : std::vector<WrittenLayer>();
}

}  // namespace assay
