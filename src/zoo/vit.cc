// SPDX-License-Identifier: MIT
// Vision Transformer: Dosovitskiy et al., 2021, arXiv 2010.11929.
#include "base/error.h"
#include "zoo/families.h"
#include "zoo/layers.h"

namespace assay {
namespace {

constexpr int64_t kPatch = 16, kWidth = 768, kHidden = 3072, kHeads = 12, kLayers = 12;
constexpr int64_t kHead = kWidth / kHeads;
constexpr float kEpsilon = 1e-6f;

// Queries, keys and values come out of one product, each N x heads x tokens x width of a head.
ValueId attention(Layers& net, const std::string& name, ValueId x) {
  const Shape full = net.shape(x);
  const ValueId rows = net.reshape(name + ".rows", x, {-1, kWidth});
  const ValueId weight = net.parameter(name + ".in_proj_weight", {3 * kWidth, kWidth});
  const ValueId bias = net.parameter(name + ".in_proj_bias", {3 * kWidth});
  ValueId all = net.op("Gemm", name + ".in_proj", {rows, weight, bias}, {{"transB", int64_t{1}}});
  all = net.reshape(name + ".heads", all, {full[0], full[1], 3, kHeads, kHead});
  all = net.transpose(name + ".qkv", all, {2, 0, 3, 1, 4});
  const auto part = [&](const char* letter, int64_t index) {
    const ValueId slice = net.slice(name + "." + letter + ".slice", all, 0, index, index + 1);
    return net.reshape(name + "." + letter, slice, {full[0], kHeads, full[1], kHead});
  };
  const ValueId q = net.multiply(name + ".q.scaled", part("q", 0), 0.125f);
  const ValueId k = net.transpose(name + ".k.transposed", part("k", 1), {0, 1, 3, 2});
  const ValueId weights = net.softmax(name + ".softmax", net.matmul(name + ".scores", q, k));
  ValueId y = net.matmul(name + ".mixed", weights, part("v", 2));
  y = net.reshape(name + ".joined", net.transpose(name + ".tokens", y, {0, 2, 1, 3}), full);
  return net.linear(name + ".out_proj", y, kWidth);
}

ValueId encoder_layer(Layers& net, const std::string& name, ValueId x) {
  const ValueId normed = net.layer_norm(name + ".ln_1", x, kEpsilon);
  x = net.add(name + ".add_1", attention(net, name + ".self_attention", normed), x);
  ValueId y = net.layer_norm(name + ".ln_2", x, kEpsilon);
  y = net.activate(net.linear(name + ".mlp.0", y, kHidden), Act::gelu);
  return net.add(name + ".add_2", x, net.linear(name + ".mlp.3", y, kWidth));
}

Graph vit(const ZooEntry& entry, const BuildOptions& options) {
  Layers net(entry, options);
  const int64_t batch = net.shape(net.input())[0], side = net.shape(net.input())[2];
  if (side % kPatch != 0)
    throw Error("the input size of '{}' is {}; it must be a multiple of {}", entry.name, side,
                kPatch);
  const int64_t patches = (side / kPatch) * (side / kPatch);
  ValueId x = net.conv("conv_proj", net.input(),
                       {.out = kWidth, .kernel = kPatch, .stride = kPatch, .bias = true});
  x = net.transpose("patches", net.reshape("patches.flat", x, {batch, kWidth, patches}), {0, 2, 1});
  const ValueId token = net.parameter("class_token", {1, 1, kWidth});
  const ValueId expanded =
      batch == 1
          ? token
          : net.op(
                "Expand", "class_token.batch",
                {token, net.constant("class_token.shape", make_i64({3}, Shape{batch, 1, kWidth}))});
  x = net.concat("tokens", {expanded, x}, 1);
  x = net.add("encoder.add", x, net.parameter("encoder.pos_embedding", {1, patches + 1, kWidth}));
  for (int64_t i = 0; i < kLayers; ++i)
    x = encoder_layer(net, fmt::format("encoder.layers.encoder_layer_{}", i), x);
  x = net.slice("token", net.layer_norm("encoder.ln", x, kEpsilon), 1, 0, 1);
  return net.finish(net.linear("heads.head", net.flatten(x), net.classes()));
}

}  // namespace

std::vector<ZooEntry> vit_family() {
  return {{.name = "vit_b_16",
           .family = "vit",
           .paper = "Dosovitskiy et al., 2021, arXiv 2010.11929",
           .source = "torchvision",
           .build = vit}};
}

}  // namespace assay
