// SPDX-License-Identifier: MIT
// The multilayer perceptron on 28x28 pixels of Gehrman et al., "Inference Engines Effect on Neural
// Networks", who give no sizes: those are ours.
#include "zoo/families.h"
#include "zoo/layers.h"

namespace assay {
namespace {

Graph mlp(const ZooEntry& entry, const BuildOptions& options) {
  Layers net(entry, options);
  ValueId x = net.flatten(net.input());
  x = net.relu(net.linear("fc1", x, 512));
  x = net.relu(net.linear("fc2", x, 256));
  return net.finish(net.linear("fc3", x, net.classes()));
}

}  // namespace

std::vector<ZooEntry> mlp_family() {
  return {{.name = "gehrman/mlp",
           .family = "mlp",
           .paper = "Gehrman et al., Inference Engines Effect on Neural Networks",
           .source = "ours",
           .input_size = 28,
           .input_channels = 1,
           .classes = 10,
           .build = mlp}};
}

}  // namespace assay
