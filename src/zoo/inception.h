// SPDX-License-Identifier: MIT
// What the Inception networks share, on top of layers.h (private to zoo/): convolutions with batch
// normalization and ReLU, as their reference implementations' BasicConv2d, and the usual windows.
#pragma once

#include <string>
#include <vector>

#include "zoo/layers.h"

namespace assay {

// The tensors of "name.conv" and "name.bn" (epsilon 1e-3).
ValueId basic_conv(Layers& net, const std::string& name, ValueId x, const ConvSpec& spec);
// "name.0", "name.1", ... one after the other, counted from `first`.
ValueId basic_chain(Layers& net, const std::string& name, ValueId x,
                    const std::vector<ConvSpec>& specs, int first = 0);
// A 3 x 3 average "name.0", padding not counted, and the 1 x 1 convolution "name.1".
ValueId pooled_conv(Layers& net, const std::string& name, ValueId x, int64_t out);

// Windows that keep the size, of 1 x 1, 3 x 3, 1 x side and side x 1 pixels ...
ConvSpec one(int64_t out);
ConvSpec three(int64_t out);
ConvSpec row(int64_t out, int64_t side);
ConvSpec column(int64_t out, int64_t side);
// ... and 3 x 3 ones that halve it, without padding.
ConvSpec reducing(int64_t out);
inline constexpr PoolSpec kReducingPool{.kernel = 3, .stride = 2};

}  // namespace assay
