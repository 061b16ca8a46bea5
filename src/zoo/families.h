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
std::vector<ZooEntry> resnet_family();
std::vector<ZooEntry> mobilenet_v2_family();

}  // namespace assay
