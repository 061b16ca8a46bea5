// SPDX-License-Identifier: MIT
// Operators of detectors: sampling at computed positions, and the choice of boxes. Definitions: the
// ONNX operators of these names, opsets 16 (RoiAlign, GridSample; 20 for volumes) and 11.
#include <algorithm>
#include <cmath>

#include "graph/kernels/array.h"
#include "graph/kernels/cubic.h"
#include "graph/kernels/index.h"

namespace assay {

namespace {

using Tensors = std::vector<Tensor>;

struct Tap {
  double at;
  double weight;
};

class Grid {
 public:
  explicit Grid(const Call& call)
      : x_align(call.integer("align_corners", 0) != 0),
        x_mode(call.text("mode", "bilinear")),
        x_padding(call.text("padding_mode", "zeros")) {}

  // Taps along a dimension of `size` for a position from -1 to 1.
  std::vector<Tap> taps(double position, int64_t size) const {
    const auto length = static_cast<double>(size);
    double x = x_align ? (position + 1) / 2 * (length - 1) : ((position + 1) * length - 1) / 2;
    if (x_mode == "nearest") x = std::nearbyint(x);
    if (x < low() || x > length - 1 - low()) x = moved_inside(x, length);
    if (x_mode == "nearest") return {{x, 1}};
    std::vector<Tap> taps;
    const bool cubic_mode = x_mode == "cubic" || x_mode == "bicubic";
    for (double at = std::floor(x) - cubic_mode; at <= std::floor(x) + 1 + cubic_mode; ++at) {
      const double weight = cubic_mode ? cubic(at - x, -0.75) : 1 - std::fabs(at - x);
      taps.push_back({at, weight});
    }
    return taps;
  }

  // The index that a tap reads; -1 for a zero.
  int64_t index(double at, int64_t size) const {
    const auto length = static_cast<double>(size);
    if (at >= 0 && at < length) return static_cast<int64_t>(at);
    if (x_padding == "zeros") return -1;
    return static_cast<int64_t>(std::clamp(moved_inside(at, length), 0.0, length - 1));
  }

 private:
  double low() const { return x_align ? 0 : -0.5; }

  double moved_inside(double x, double length) const {
    if (x_padding == "zeros") return x;
    if (x_padding == "border") return std::clamp(x, 0.0, length - 1);
    const double extent = length - 1 - 2 * low();
    if (extent <= 0) return 0;
    const double distance = std::fmod(std::fabs(x - low()), 2 * extent);
    return low() + (distance <= extent ? distance : 2 * extent - distance);
  }

  bool x_align;
  std::string x_mode, x_padding;
};

Tensors run_grid_sample(const Call& call) {
  const Tensor &data = call.input(0), &positions = call.input(1);
  const size_t rank = data.shape.size() - 2;
  call.require(data.shape.size() >= 3 && positions.shape.size() == data.shape.size() &&
                   positions.shape.back() == static_cast<int64_t>(rank) &&
                   positions.shape[0] == data.shape[0],
               "its grid does not fit its input");
  const Grid grid(call);
  Shape shape{data.shape[0], data.shape[1]};
  shape.insert(shape.end(), positions.shape.begin() + 1, positions.shape.end() - 1);
  const Shape space(data.shape.begin() + 2, data.shape.end());
  const Strides strides = strides_of(space);
  const int64_t plane = element_count(space), channels = data.shape[1];
  const int64_t points = element_count(shape) / std::max<int64_t>(shape[0] * channels, 1);
  const Array<double> x(data), where(positions);
  std::vector<double> y(static_cast<size_t>(checked_count(call, shape)));
  for (int64_t n = 0; n < shape[0]; ++n) {
    for (int64_t point = 0; point < points; ++point) {
      std::vector<std::vector<Tap>> taps;
      Shape counts;
      for (size_t d = 0; d < rank; ++d) {  // the grid has the last dimension first
        const auto at =
            (n * points + point) * static_cast<int64_t>(rank) + static_cast<int64_t>(rank - 1 - d);
        taps.push_back(grid.taps(where[at], space[d]));
        counts.push_back(static_cast<int64_t>(taps[d].size()));
      }
      const Strides tap_strides = strides_of(counts);
      walk<1>(counts, {tap_strides}, [&](const auto& offset) {
        int64_t from = 0;
        double weight = 1;
        for (size_t d = 0; d < rank; ++d) {
          const Tap& tap = taps[d][static_cast<size_t>(offset[0] / tap_strides[d] % counts[d])];
          const int64_t index = grid.index(tap.at, space[d]);
          if (index < 0) return;
          from += index * strides[d];
          weight *= tap.weight;
        }
        for (int64_t c = 0; c < channels; ++c) {
          y[static_cast<size_t>((n * channels + c) * points + point)] +=
              weight * x[(n * channels + c) * plane + from];
        }
      });
    }
  }
  return {to_tensor(data.dtype, shape, std::move(y))};
}

// The four neighbours of a position, with their weights; none when it lies outside the plane.
std::vector<std::pair<int64_t, double>> neighbours(double y, double x, int64_t height,
                                                   int64_t width) {
  if (y < -1 || x < -1 || y > static_cast<double>(height) || x > static_cast<double>(width))
    return {};
  y = std::clamp(y, 0.0, static_cast<double>(height - 1));
  x = std::clamp(x, 0.0, static_cast<double>(width - 1));
  const auto top = static_cast<int64_t>(y), left = static_cast<int64_t>(x);
  const int64_t bottom = std::min(top + 1, height - 1), right = std::min(left + 1, width - 1);
  const double down = y - static_cast<double>(top), along = x - static_cast<double>(left);
  return {{top * width + left, (1 - down) * (1 - along)},
          {top * width + right, (1 - down) * along},
          {bottom * width + left, down * (1 - along)},
          {bottom * width + right, down * along}};
}

struct Bins {
  double start, size;
  int64_t samples;
};

// Of one side of a region.
Bins bins(const Call& call, double start, double end, int64_t count) {
  const double scale = call.real("spatial_scale", 1);
  const bool half_pixel = call.text("coordinate_transformation_mode", "half_pixel") == "half_pixel";
  const double offset = half_pixel ? 0.5 : 0;
  double extent = (end - start) * scale;
  if (!half_pixel) extent = std::max(extent, 1.0);
  const double size = extent / static_cast<double>(count);
  const int64_t wanted = call.integer("sampling_ratio", 0);
  return {start * scale - offset, size,
          wanted > 0 ? wanted : std::max<int64_t>(static_cast<int64_t>(std::ceil(size)), 0)};
}

Tensors run_roi_align(const Call& call) {
  const Tensor& data = call.input(0);
  const int64_t rows = call.integer("output_height", 1), columns = call.integer("output_width", 1);
  const bool by_maximum = call.text("mode", "avg") == "max";
  call.require(data.shape.size() == 4 && call.input(1).shape.size() == 2 &&
                   call.input(1).shape[1] == 4 &&
                   call.input(2).elements() == call.input(1).shape[0],
               "its regions do not fit");
  const int64_t height = data.shape[2], width = data.shape[3], channels = data.shape[1];
  const Array<double> x(data), regions(call.input(1));
  const auto images = integers(call.input(2));
  const Shape shape{call.input(1).shape[0], channels, rows, columns};
  checked_count(call, shape);
  std::vector<double> y;
  for (int64_t r = 0; r < shape[0]; ++r) {
    const Bins across = bins(call, regions[r * 4], regions[r * 4 + 2], columns);
    const Bins down = bins(call, regions[r * 4 + 1], regions[r * 4 + 3], rows);
    const int64_t image = images[static_cast<size_t>(r)];
    call.require(image >= 0 && image < data.shape[0], "a region names an image that is not there");
    for (int64_t i = 0; i < channels * rows * columns; ++i) {
      const int64_t plane = (image * channels + i / (rows * columns)) * height * width;
      const auto row = static_cast<double>(i / columns % rows),
                 column = static_cast<double>(i % columns);
      double sum = 0, top = 0;
      bool first = true;
      for (int64_t s = 0; s < down.samples * across.samples; ++s) {
        const double sy =
            (static_cast<double>(s / across.samples) + 0.5) / static_cast<double>(down.samples);
        const double sx =
            (static_cast<double>(s % across.samples) + 0.5) / static_cast<double>(across.samples);
        for (const auto& [at, weight] :
             neighbours(down.start + (row + sy) * down.size,
                        across.start + (column + sx) * across.size, height, width)) {
          const double part = weight * x[plane + at];
          sum += part;
          top = first ? part : std::max(top, part);
          first = false;
        }
      }
      const auto count = static_cast<double>(std::max<int64_t>(down.samples * across.samples, 1));
      y.push_back(by_maximum ? top : sum / count);
    }
  }
  return {to_tensor(data.dtype, shape, std::move(y))};
}

struct Box {
  double top, left, bottom, right;
};

Box box_at(const Array<double>& boxes, int64_t at, bool by_centre) {
  const double a = boxes[at], b = boxes[at + 1], c = boxes[at + 2], d = boxes[at + 3];
  if (by_centre) return {b - d / 2, a - c / 2, b + d / 2, a + c / 2};
  return {std::min(a, c), std::min(b, d), std::max(a, c), std::max(b, d)};
}

double overlap(const Box& a, const Box& b) {
  const auto area = [](const Box& box) { return (box.bottom - box.top) * (box.right - box.left); };
  const double height = std::min(a.bottom, b.bottom) - std::max(a.top, b.top);
  const double width = std::min(a.right, b.right) - std::max(a.left, b.left);
  if (height <= 0 || width <= 0) return 0;
  return height * width / (area(a) + area(b) - height * width);
}

// Greedily, the best score first; a box that overlaps a chosen one too much is left out.
Tensors run_non_max_suppression(const Call& call) {
  const Array<double> boxes(call.input(0)), scores(call.input(1));
  call.require(boxes.shape().size() == 3 && boxes.shape()[2] == 4 && scores.shape().size() == 3 &&
                   scores.shape()[2] == boxes.shape()[1] && scores.shape()[0] == boxes.shape()[0],
               "its boxes and scores do not fit");
  const auto option = [&](size_t i, double otherwise) {
    return scalar(call.has(i) ? call.inputs[i] : nullptr, otherwise);
  };
  const double most = option(2, 0), limit = option(3, 0);
  const bool filtered = call.has(4), by_centre = call.integer("center_point_box", 0) != 0;
  const double least = option(4, 0);
  const int64_t classes = scores.shape()[1], count = boxes.shape()[1];
  std::vector<int64_t> chosen;
  for (int64_t batch_class = 0; batch_class < scores.shape()[0] * classes; ++batch_class) {
    const int64_t batch = batch_class / classes;
    const auto score = [&](int64_t i) { return scores[batch_class * count + i]; };
    auto order = counted(count);
    std::stable_sort(order.begin(), order.end(),
                     [&](int64_t a, int64_t b) { return score(a) > score(b); });
    std::vector<Box> kept;
    for (const int64_t i : order) {
      if (static_cast<double>(kept.size()) >= most || (filtered && score(i) <= least)) break;
      const Box box = box_at(boxes, (batch * count + i) * 4, by_centre);
      const bool hidden = std::any_of(
          kept.begin(), kept.end(), [&](const Box& other) { return overlap(box, other) > limit; });
      if (hidden) continue;
      kept.push_back(box);
      chosen.insert(chosen.end(), {batch, batch_class % classes, i});
    }
  }
  return {make_i64({static_cast<int64_t>(chosen.size() / 3), 3}, chosen)};
}

constexpr KernelRow kRows[] = {
    {"GridSample", run_grid_sample},
    {"NonMaxSuppression", run_non_max_suppression},
    {"RoiAlign", run_roi_align},
};

}  // namespace

std::span<const KernelRow> sampling_kernels() {
  return kRows;
}

}  // namespace assay
