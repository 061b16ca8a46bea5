// SPDX-License-Identifier: MIT
#include "zoo/zoo.h"

#include <algorithm>
#include <cctype>

#include "base/error.h"
#include "zoo/aliases.h"
#include "zoo/families.h"

namespace assay {
namespace {

std::vector<ZooEntry> all_families() {
  std::vector<ZooEntry> all;
  for (auto family : {alexnet_family,
                      vgg_family,
                      squeezenet_family,
                      googlenet_family,
                      bianco_googlenet_family,
                      bninception_family,
                      inception_v3_family,
                      inception_v4_family,
                      inception_resnet_v2_family,
                      resnet_family,
                      resnext_family,
                      senet_family,
                      densenet_family,
                      xception_family,
                      dpn_family,
                      nasnet_family,
                      mobilenet_v1_family,
                      mobilenet_v2_family,
                      mobilenet_v3_family,
                      mnasnet_family,
                      shufflenet_family,
                      shufflenet_v2_family,
                      efficientnet_family,
                      regnet_family,
                      convnext_family,
                      vit_family,
                      park_family,
                      mlp_family})
    for (ZooEntry& entry : family()) {
      entry.aliases = aliases_of(entry.name);
      all.push_back(std::move(entry));
    }
  return all;
}

// What decides whether two spellings are one name.
std::string folded(std::string_view name) {
  std::string letters;
  for (char c : name)
    if (c != '-' && c != '_')
      letters.push_back(static_cast<char>(std::tolower(static_cast<unsigned char>(c))));
  return letters;
}

}  // namespace

std::span<const ZooEntry> zoo() {
  static const std::vector<ZooEntry> table = all_families();
  return table;
}

const ZooEntry* find_in_zoo(std::string_view name) {
  const std::string wanted = folded(name);
  for (const ZooEntry& entry : zoo()) {
    const auto is_it = [&](const std::string& known) { return folded(known) == wanted; };
    if (is_it(entry.name) || std::ranges::any_of(entry.aliases, is_it)) return &entry;
  }
  return nullptr;
}

Graph build(const ZooEntry& entry, const BuildOptions& options) {
  return entry.build(entry, options);
}

}  // namespace assay
