// SPDX-License-Identifier: MIT
#include "graph/window.h"

#include <fmt/format.h>

#include "base/error.h"

namespace assay {
namespace {

// Keeps every sum and product of this file inside 64 bits.
constexpr int64_t kLargest = int64_t{1} << 30;

class Reader {
 public:
  Reader(const Node& node, const Shape& input, const std::vector<int64_t>& kernel)
      : x_node(node), x_input(input), x_kernel(kernel) {
    if (input.size() < 3) fail("it needs an input of at least 3 dimensions");
    if (kernel.size() != spatial())
      fail(fmt::format("the window has {} dimensions, the input has {} spatial ones", kernel.size(),
                       spatial()));
    for (int64_t each : kernel) within("kernel", each, 1);
    for (size_t i = 0; i < spatial(); ++i) within("input", size(i), 0);
  }

  size_t spatial() const { return x_input.size() - 2; }
  int64_t size(size_t i) const { return x_input[i + 2]; }

  std::vector<int64_t> list(const char* key, size_t count, int64_t otherwise, int64_t least) const {
    auto values = x_node.attribute(key, std::vector<int64_t>(count, otherwise));
    if (values.size() != count)
      fail(fmt::format("{} has {} entries, but needs {}", key, values.size(), count));
    for (int64_t each : values) within(key, each, least);
    return values;
  }

  Window start() const {
    Window window;
    window.kernel = x_kernel;
    window.strides = list("strides", spatial(), 1, 1);
    window.dilations = list("dilations", spatial(), 1, 1);
    const auto pads = list("pads", 2 * spatial(), 0, 0);
    const auto middle = pads.begin() + static_cast<std::ptrdiff_t>(spatial());
    window.pads_begin.assign(pads.begin(), middle);
    window.pads_end.assign(middle, pads.end());
    return window;
  }

  std::string auto_pad() const {
    std::string mode = x_node.attribute("auto_pad", "NOTSET");
    if (mode != "NOTSET" && mode != "VALID" && mode != "SAME_UPPER" && mode != "SAME_LOWER")
      fail(fmt::format("auto_pad '{}' is not one of NOTSET, VALID, SAME_UPPER, SAME_LOWER", mode));
    return mode;
  }

  [[noreturn]] void fail(const std::string& reason) const {
    throw Error("node '{}' ({}) on {} with window {}: {}", x_node.name, x_node.op,
                to_string(x_input), to_string(x_kernel), reason);
  }

 private:
  void within(const char* what, int64_t value, int64_t least) const {
    if (value < least || value > kLargest)
      fail(fmt::format("{} {} is outside of {} to 2^30", what, value, least));
  }

  const Node& x_node;
  const Shape& x_input;
  const std::vector<int64_t>& x_kernel;
};

void split_padding(Window& window, size_t i, int64_t total, bool more_at_end) {
  window.pads_begin[i] = more_at_end ? total / 2 : total - total / 2;
  window.pads_end[i] = total - window.pads_begin[i];
}

int64_t extent(const Window& window, size_t i) {
  return (window.kernel[i] - 1) * window.dilations[i] + 1;
}

}  // namespace

Window sliding_window(const Node& node, const Shape& input, const std::vector<int64_t>& kernel) {
  const Reader reader(node, input, kernel);
  Window window = reader.start();
  const std::string mode = reader.auto_pad();
  const bool ceil_mode = node.attribute("ceil_mode", int64_t{0}) != 0;
  for (size_t i = 0; i < reader.spatial(); ++i) {
    const int64_t size = reader.size(i), stride = window.strides[i];
    if (mode == "VALID") split_padding(window, i, 0, true);
    if (mode == "SAME_UPPER" || mode == "SAME_LOWER") {
      const int64_t output = (size + stride - 1) / stride;
      const int64_t total = std::max<int64_t>((output - 1) * stride + extent(window, i) - size, 0);
      split_padding(window, i, total, mode == "SAME_UPPER");
      window.output.push_back(output);
      continue;
    }
    const int64_t room = size + window.pads_begin[i] + window.pads_end[i] - extent(window, i);
    if (room < 0) reader.fail("the window is larger than the padded input");
    int64_t output = room / stride + 1;
    // A window that would start in the padding after the end is left out.
    if (ceil_mode && room % stride != 0 && output * stride < size + window.pads_begin[i]) ++output;
    window.output.push_back(output);
  }
  return window;
}

Window transposed_window(const Node& node, const Shape& input, const std::vector<int64_t>& kernel) {
  const Reader reader(node, input, kernel);
  Window window = reader.start();
  const std::string mode = reader.auto_pad();
  const size_t spatial = reader.spatial();
  const auto extra = reader.list("output_padding", spatial, 0, 0);
  const bool shape_given = node.attributes.contains("output_shape");
  std::vector<int64_t> wanted;
  if (shape_given) {
    auto full = node.attribute("output_shape", std::vector<int64_t>{});
    wanted = full.size() == spatial + 2 ? std::vector<int64_t>(full.begin() + 2, full.end())
                                        : reader.list("output_shape", spatial, 1, 1);
  }
  for (size_t i = 0; i < spatial; ++i) {
    const int64_t stride = window.strides[i];
    const int64_t full = (reader.size(i) - 1) * stride + extra[i] + extent(window, i);
    int64_t output = full - window.pads_begin[i] - window.pads_end[i];
    if (shape_given || mode == "SAME_UPPER" || mode == "SAME_LOWER") {
      output = shape_given ? wanted[i] : reader.size(i) * stride;
      split_padding(window, i, std::max<int64_t>(full - output, 0), mode == "SAME_UPPER");
    } else if (mode == "VALID") {
      split_padding(window, i, 0, true);
      output = full;
    }
    if (output <= 0) reader.fail("the padding leaves nothing of the result");
    window.output.push_back(output);
  }
  return window;
}

}  // namespace assay
