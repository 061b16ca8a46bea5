// SPDX-License-Identifier: MIT
// The table's parts: one function per family, in the file of the same name. zoo.cc puts them
// together.
#pragma once

#include <vector>

#include "zoo/zoo.h"

namespace assay {

std::vector<ZooEntry> alexnet_family();
std::vector<ZooEntry> vgg_family();
std::vector<ZooEntry> squeezenet_family();
std::vector<ZooEntry> googlenet_family();
std::vector<ZooEntry> bianco_googlenet_family();
std::vector<ZooEntry> bninception_family();
std::vector<ZooEntry> inception_v3_family();
std::vector<ZooEntry> inception_v4_family();
std::vector<ZooEntry> inception_resnet_v2_family();
std::vector<ZooEntry> resnet_family();
std::vector<ZooEntry> resnext_family();
std::vector<ZooEntry> senet_family();
std::vector<ZooEntry> densenet_family();
std::vector<ZooEntry> xception_family();
std::vector<ZooEntry> dpn_family();
std::vector<ZooEntry> nasnet_family();
std::vector<ZooEntry> mobilenet_v1_family();
std::vector<ZooEntry> mobilenet_v2_family();
std::vector<ZooEntry> mobilenet_v3_family();
std::vector<ZooEntry> mnasnet_family();
std::vector<ZooEntry> shufflenet_family();
std::vector<ZooEntry> shufflenet_v2_family();
std::vector<ZooEntry> efficientnet_family();
std::vector<ZooEntry> regnet_family();
std::vector<ZooEntry> convnext_family();
std::vector<ZooEntry> vit_family();
std::vector<ZooEntry> park_family();
std::vector<ZooEntry> mlp_family();

}  // namespace assay
