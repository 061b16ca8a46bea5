// SPDX-License-Identifier: MIT
// Graph <-> ONNX bytes. Reading takes opset 1 to 28 and brings every operator to the Graph's
// vocabulary (opset 17): attributes that became inputs and back, old broadcasting, and operators
// that came later taken apart (Gelu, Mish, GroupNormalization). A form without a counterpart keeps
// its opset in its name ("Resize-18") and so is an operator outside the vocabulary. The inputs'
// shapes are bound, shape arithmetic is folded, what no output needs is dropped. Weights are inline
// or in external files inside the model's folder, mapped and never copied. Writing gives opset 17.
// The only code that knows protobuf.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "graph/graph.h"

namespace assay {

struct OnnxOptions {
  // By input name; an unknown batch is 1, other unknowns must be here.
  std::map<std::string, Shape> input_shapes = {};
  int64_t batch = 0;  // if > 0, the first dimension of every input whose batch is unknown
  // Weights of more than 65,536 elements are declared only, and not even read: enough to ask
  // whether an engine has the operators.
  bool structure_only = false;
};

// Error (one sentence) when the file is no ONNX, is truncated, names external data that is missing
// or outside its folder, has impossible dimensions, or has an unknown dimension that is not given.
Graph read_onnx(const std::filesystem::path& file, const OnnxOptions& options = {});
// The same from bytes; external data is looked for in `folder`.
Graph parse_onnx(std::span<const std::byte> bytes, const std::filesystem::path& folder,
                 const OnnxOptions& options = {});

// The inputs that the file declares (initializers apart), unknown dimensions as -1.
struct OnnxInput {
  std::string name;
  DType dtype = DType::undefined;
  Shape shape;
};
std::vector<OnnxInput> onnx_inputs(const std::filesystem::path& file);

// What `prepare` needs of a file that an engine will read itself.
struct OnnxModel {
  std::vector<OnnxInput> inputs;                      // every dimension known
  std::vector<std::filesystem::path> external_files;  // that hold its weights, each once, sorted
  std::optional<Graph> graph;                         // empty when the Graph cannot take the model
  std::string problem;                                // why it is empty
};
// Error as read_onnx for a file that is no ONNX, inputs that are not bound, and external data that
// is missing or outside of the folder; what only the Graph cannot take is in `problem`.
OnnxModel open_onnx(const std::filesystem::path& file, const OnnxOptions& options = {});

struct OnnxWriteOptions {
  uint64_t largest_inline_bytes = 1'500'000'000;  // of weights; protobuf ends at 2 GiB
  // Constants without values are zeros, all in one `file`.zeros that takes no room on disk.
  bool zeros_for_declared = false;
};

// One self-contained file, or with more weights than `largest_inline_bytes`, `file` plus
// `file`.data beside it. The same Graph gives the same bytes. Error when a constant has no values
// and may not be zeros, a node has no form in opset 17, or the disk is full.
void write_onnx(const Graph& graph, const std::filesystem::path& file,
                const OnnxWriteOptions& options = {});

// One stored tensor, as ONNX's test data has them (input_0.pb). Error when it is none.
Tensor read_tensor_proto(const std::filesystem::path& file);

}  // namespace assay
