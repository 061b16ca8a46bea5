// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>

#include "graph/window.h"
#include "torchscript/operators.h"

namespace assay {
namespace {

TorchInts spatial(const Shape& shape) {
  return {shape.begin() + 2, shape.end()};
}

// A pool as PyTorch takes it: even padding of at most half a window, or padding made before.
struct Pool {
  Window window;
  bool even = true, ceil_mode = false;
  TorchInts pads{}, missing{};  // what is left for the operator; what is padded before, at the end
};

Pool pool_of(const TorchCall& call) {
  Pool pool{
      sliding_window(call.node, call.shape(0), call.node.attribute("kernel_shape", TorchInts{}))};
  const Window& window = pool.window;
  for (size_t i = 0; i < window.kernel.size(); ++i) {
    const int64_t size = call.shape(0)[i + 2], begin = window.pads_begin[i];
    const int64_t extent = (window.kernel[i] - 1) * window.dilations[i] + 1;
    const int64_t used = (window.output[i] - 1) * window.strides[i] + extent;
    pool.even = pool.even && begin == window.pads_end[i] && begin <= window.kernel[i] / 2;
    pool.ceil_mode = pool.ceil_mode || used > size + begin + window.pads_end[i];
    pool.missing.push_back(std::max<int64_t>(used - size - begin, 0));
  }
  if (window.kernel.size() > 3) call.fail("it has more than three spatial dimensions");
  pool.pads = pool.even ? window.pads_begin : TorchInts(window.kernel.size(), 0);
  return pool;
}

std::string average(const Pool& pool, const std::string& x, bool include) {
  return fmt::format("torch.avg_pool{}d({}, {}, {}, {}, {}, {})", pool.pads.size(), x,
                     torch_literal(pool.window.kernel), torch_literal(pool.window.strides),
                     torch_literal(pool.pads), torch_literal(pool.even && pool.ceil_mode),
                     torch_literal(include));
}

}  // namespace

std::string torch_conv(const TorchCall& call) {
  const Window window = sliding_window(call.node, call.shape(0), spatial(call.shape(1)));
  const bool even = window.pads_begin == window.pads_end;
  const TorchInts none(window.kernel.size(), 0);
  if (none.size() > 3) call.fail("it has more than three spatial dimensions");
  return fmt::format(
      "torch.conv{}d({}, {}, {}, {}, {}, {}, {})", none.size(),
      even ? call.in(0) : torch_padded(call.in(0), window.pads_begin, window.pads_end, "0.0"),
      call.in(1), call.in(2), torch_literal(window.strides),
      torch_literal(even ? window.pads_begin : none), torch_literal(window.dilations),
      call.node.attribute("group", int64_t{1}));
}

std::string torch_conv_transpose(const TorchCall& call) {
  const Window window = transposed_window(call.node, call.shape(0), spatial(call.shape(1)));
  const size_t spatial_rank = window.kernel.size();
  TorchInts extra;
  for (size_t i = 0; i < spatial_rank; ++i) {
    const int64_t extent = (window.kernel[i] - 1) * window.dilations[i] + 1;
    const int64_t full = (call.shape(0)[i + 2] - 1) * window.strides[i] + extent;
    extra.push_back(window.output[i] - (full - 2 * window.pads_begin[i]));
    if (extra[i] < 0 || extra[i] >= std::max(window.strides[i], window.dilations[i]))
      call.fail("its padding is not even");
  }
  if (spatial_rank > 3) call.fail("it has more than three spatial dimensions");
  return fmt::format("torch.conv_transpose{}d({}, {}, {}, {}, {}, {}, {}, {})", spatial_rank,
                     call.in(0), call.in(1), call.in(2), torch_literal(window.strides),
                     torch_literal(window.pads_begin), torch_literal(extra),
                     call.node.attribute("group", int64_t{1}), torch_literal(window.dilations));
}

std::string torch_max_pool(const TorchCall& call) {
  const Pool pool = pool_of(call);
  const std::string x =
      pool.even ? call.in(0)
                : torch_padded(call.in(0), pool.window.pads_begin, pool.missing, "float(\"-inf\")");
  return fmt::format("torch.max_pool{}d({}, {}, {}, {}, {}, {})", pool.pads.size(), x,
                     torch_literal(pool.window.kernel), torch_literal(pool.window.strides),
                     torch_literal(pool.pads), torch_literal(pool.window.dilations),
                     torch_literal(pool.even && pool.ceil_mode));
}

// Uneven padding is made before; where it does not count, the share of each window that is not
// padding is divided out.
std::string torch_average_pool(const TorchCall& call) {
  const Pool pool = pool_of(call);
  const bool include = call.flag("count_include_pad", false);
  if (std::ranges::count(pool.window.dilations, 1) != std::ssize(pool.window.dilations))
    call.fail("its window is dilated");
  if (pool.even) return average(pool, call.in(0), include);
  if (include && pool.ceil_mode) call.fail("its padding is uneven and its window is cut");
  const auto whole = [&](const std::string& x) {
    return average(pool, torch_padded(x, pool.window.pads_begin, pool.missing, "0.0"), true);
  };
  if (include) return whole(call.in(0));
  return fmt::format("{} / {}", whole(call.in(0)),
                     whole(fmt::format("torch.ones_like({})", call.in(0))));
}

}  // namespace assay
