// SPDX-License-Identifier: MIT
// Resize: every axis is interpolated on its own, from a list of taps per output position.
// Definition: ONNX operator Resize, opset 19 (a superset of 17).
#include <algorithm>
#include <cmath>

#include "graph/kernels/array.h"
#include "graph/kernels/cubic.h"
#include "graph/kernels/index.h"

namespace assay {

namespace {

using Tensors = std::vector<Tensor>;

// Of the output positions along one axis.
struct Tap {
  int64_t source;
  double weight;
};
using Taps = std::vector<Tap>;

struct Axis {
  int64_t input = 1, output = 1;
  double scale = 1;
  double roi_start = 0, roi_end = 1;
  bool resized = false;
};

struct Options {
  std::string mode, coordinates, rounding;
  double cubic_a;
  bool exclude_outside, antialias;
};

// Position in the input of output position x. A length is scale * input, which need not be whole.
double coordinate(const Call& call, const Options& options, const Axis& axis, double x) {
  const auto size = static_cast<double>(axis.input);
  const double length = axis.scale * size;
  if (options.coordinates == "asymmetric") return x / axis.scale;
  if (options.coordinates == "align_corners")
    return length == 1 ? 0 : x * (size - 1) / (length - 1);
  if (options.coordinates == "tf_half_pixel_for_nn") return (x + 0.5) / axis.scale;
  if (options.coordinates == "tf_crop_and_resize") {
    const double extent = axis.roi_end - axis.roi_start;
    if (axis.output == 1) return 0.5 * (axis.roi_start + axis.roi_end) * (size - 1);
    return axis.roi_start * (size - 1) + x * extent * (size - 1) / (length - 1);
  }
  const double half_pixel = (x + 0.5) / axis.scale - 0.5;
  if (options.coordinates == "half_pixel") return half_pixel;
  if (options.coordinates == "pytorch_half_pixel") return axis.output == 1 ? 0 : half_pixel;
  if (options.coordinates == "half_pixel_symmetric") {
    const double adjustment = static_cast<double>(axis.output) / length;
    return size / 2 * (1 - adjustment) + half_pixel;
  }
  call.fail("its coordinate_transformation_mode '" + options.coordinates + "' is unknown");
}

double nearest(const Options& options, double x) {
  if (options.rounding == "floor") return std::floor(x);
  if (options.rounding == "ceil") return std::ceil(x);
  if (options.rounding == "round_prefer_ceil") return std::floor(x + 0.5);
  return std::ceil(x - 0.5);
}

Taps taps_at(const Options& options, const Axis& axis, double x) {
  const auto clamped = [&](double at) {
    return static_cast<int64_t>(std::clamp(at, 0.0, static_cast<double>(axis.input - 1)));
  };
  if (options.mode == "nearest") return {{clamped(nearest(options, x)), 1}};
  const bool is_cubic = options.mode == "cubic";
  const double shrink = options.antialias ? std::min(axis.scale, 1.0) : 1.0;
  const double reach = (is_cubic ? 2 : 1) / shrink;
  Taps taps;
  double sum = 0;
  for (double at = std::floor(x - reach); at <= std::ceil(x + reach); ++at) {
    const double distance = (at - x) * shrink;
    double weight =
        is_cubic ? cubic(distance, options.cubic_a) : std::max(1 - std::fabs(distance), 0.0);
    if (options.exclude_outside && (at < 0 || at >= static_cast<double>(axis.input))) weight = 0;
    if (weight == 0) continue;
    taps.push_back({clamped(at), weight});
    sum += weight;
  }
  if (options.exclude_outside || options.antialias) {
    for (Tap& tap : taps) tap.weight /= sum;
  }
  return taps;
}

// How the sizes follow from scales, sizes and the aspect ratio's policy.
void set_sizes(const Call& call, std::vector<Axis>& axes, const std::vector<size_t>& which) {
  if (call.has(3) && call.input(3).elements() > 0) {
    const auto sizes = integers(call.input(3));
    call.require(sizes.size() == which.size(), "its sizes do not fit its axes");
    const std::string policy = call.text("keep_aspect_ratio_policy", "stretch");
    double common = 0;
    for (size_t i = 0; i < which.size(); ++i) {
      Axis& axis = axes[which[i]];
      axis.output = sizes[i];
      axis.scale = static_cast<double>(sizes[i]) / static_cast<double>(axis.input);
      const bool take =
          i == 0 || (policy == "not_larger" ? axis.scale < common : axis.scale > common);
      if (take) common = axis.scale;
    }
    if (policy == "stretch") return;
    for (const size_t d : which) {
      axes[d].scale = common;
      axes[d].output =
          static_cast<int64_t>(std::floor(common * static_cast<double>(axes[d].input) + 0.5));
    }
    return;
  }
  const Array<double> scales(call.input(call.inputs.size() > 2 ? 2 : 1));
  call.require(scales.size() == static_cast<int64_t>(which.size()),
               "its scales do not fit its axes");
  for (size_t i = 0; i < which.size(); ++i) {
    Axis& axis = axes[which[i]];
    axis.scale = scales[static_cast<int64_t>(i)];
    call.require(axis.scale > 0, "a scale is not positive");
    axis.output = static_cast<int64_t>(std::floor(axis.scale * static_cast<double>(axis.input)));
  }
}

std::vector<Axis> axes_to_resize(const Call& call, const Options& options) {
  const Shape& shape = call.input(0).shape;
  std::vector<size_t> which;
  for (const int64_t axis :
       call.node.attribute("axes", counted(static_cast<int64_t>(shape.size())))) {
    which.push_back(checked_axis(call, axis, shape.size()));
  }
  std::vector<Axis> axes(shape.size());
  for (size_t d = 0; d < shape.size(); ++d) axes[d].input = axes[d].output = shape[d];
  set_sizes(call, axes, which);
  const bool crops = options.coordinates == "tf_crop_and_resize";
  for (size_t i = 0; i < which.size(); ++i) {
    Axis& axis = axes[which[i]];
    axis.resized = crops || axis.scale != 1 || axis.output != axis.input;
    call.require(axis.output == 0 || axis.input > 0, "it cannot enlarge nothing");
    if (!crops) continue;
    const Array<double> roi(call.input(1));
    call.require(roi.size() == static_cast<int64_t>(2 * which.size()),
                 "its roi does not fit its axes");
    axis.roi_start = roi[static_cast<int64_t>(i)];
    axis.roi_end = roi[static_cast<int64_t>(i + which.size())];
  }
  return axes;
}

// The values with dimension d interpolated.
std::vector<double> interpolated(const std::vector<double>& x, const Split3& split,
                                 const std::vector<Taps>& taps) {
  std::vector<double> y;
  y.reserve(static_cast<size_t>(split.outer * split.inner) * taps.size());
  for (int64_t outer = 0; outer < split.outer; ++outer) {
    for (const Taps& mix : taps) {
      for (int64_t inner = 0; inner < split.inner; ++inner) {
        double sum = 0;
        for (const Tap& tap : mix) {
          const int64_t at = (outer * split.along + tap.source) * split.inner + inner;
          sum += tap.weight * x[static_cast<size_t>(at)];
        }
        y.push_back(sum);
      }
    }
  }
  return y;
}

Tensors run_resize(const Call& call) {
  const Options options{call.text("mode", "nearest"),
                        call.text("coordinate_transformation_mode", "half_pixel"),
                        call.text("nearest_mode", "round_prefer_floor"),
                        call.real("cubic_coeff_a", -0.75f),
                        call.integer("exclude_outside", 0) != 0,
                        call.integer("antialias", 0) != 0};
  const auto axes = axes_to_resize(call, options);
  const Tensor& data = call.input(0);
  const Array<double> x(data);
  std::vector<double> values(x.data(), x.data() + x.size());
  Shape shape = data.shape;
  // Positions along each axis that lie outside a crop are filled at the end.
  std::vector<std::vector<bool>> outside(axes.size());
  for (size_t d = 0; d < axes.size(); ++d) {
    outside[d].assign(static_cast<size_t>(axes[d].output), false);
    if (!axes[d].resized) continue;
    std::vector<Taps> taps;
    for (int64_t i = 0; i < axes[d].output; ++i) {
      const double at = coordinate(call, options, axes[d], static_cast<double>(i));
      taps.push_back(taps_at(options, axes[d], at));
      outside[d][static_cast<size_t>(i)] = options.coordinates == "tf_crop_and_resize" &&
                                           (at < 0 || at > static_cast<double>(axes[d].input - 1));
    }
    const Split3 split = split_at(shape, d);
    shape[d] = axes[d].output;
    checked_count(call, shape);
    values = interpolated(values, split, taps);
  }
  const double filling = call.real("extrapolation_value", 0);
  const Strides strides = strides_of(shape);
  for (size_t d = 0; d < axes.size(); ++d) {
    if (std::find(outside[d].begin(), outside[d].end(), true) == outside[d].end()) continue;
    for (size_t i = 0; i < values.size(); ++i) {
      const auto at = static_cast<int64_t>(i) / strides[d] % shape[d];
      if (outside[d][static_cast<size_t>(at)]) values[i] = filling;
    }
  }
  return {to_tensor(data.dtype, shape, std::move(values))};
}

// The deprecated form: mode and scales, counted from the corner.
Tensors run_upsample(const Call& call) {
  Node resize = call.node;
  resize.attributes["coordinate_transformation_mode"] = std::string("asymmetric");
  resize.attributes["nearest_mode"] = std::string("floor");
  if (call.text("mode", "nearest") != "nearest") resize.attributes["mode"] = std::string("linear");
  const Tensor* inputs[] = {&call.input(0), nullptr, &call.input(1)};
  return run_resize({resize, inputs, 1, call.accumulate});
}

constexpr KernelRow kRows[] = {
    {"Resize", run_resize},
    {"Upsample", run_upsample},
};

}  // namespace

std::span<const KernelRow> resize_kernels() {
  return kRows;
}

}  // namespace assay
