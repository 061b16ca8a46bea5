// SPDX-License-Identifier: MIT
#include "zoo/aliases.h"

#include <map>

namespace assay {

std::vector<std::string> aliases_of(std::string_view network) {
  static const std::map<std::string_view, std::vector<std::string>> table = {
      {"bninception", {"inception_v2"}},
      {"cafferesnet101", {"resnet101_caffe"}},
      {"convnext_base", {"convnext_b"}},
      {"convnext_small", {"convnext_s"}},
      {"convnext_tiny", {"convnext", "convnext_t"}},
      {"densenet121", {"densenet"}},
      {"efficientnet_b0", {"efficientnet"}},
      {"efficientnet_v2_s", {"efficientnet_v2"}},
      {"gehrman/mlp", {"mlp"}},
      {"googlenet", {"inception_v1"}},
      {"inception_v3", {"inception"}},
      {"mnasnet1_0", {"mnasnet", "mnasnet1.0", "mnasnet_100", "mnasnet_b1"}},
      {"mobilenet_v1", {"mobilenet", "mobilenetv1_100", "mobilenet_v1_1.0_224"}},
      {"mobilenet_v2", {"mobilenetv2_100", "mobilenet_v2_1.0_224", "mobilenet_v2_1.0"}},
      {"mobilenet_v3_large", {"mobilenet_v3", "mobilenetv3_large_100"}},
      {"mobilenet_v3_small", {"mobilenetv3_small_100"}},
      {"nasnetalarge", {"nasnet", "nasnet_large"}},
      {"nasnetamobile", {"nasnet_mobile"}},
      {"park/convnext-ln-gelu", {"park/convnext"}},
      {"park/mobilenet-bn-relu", {"park/mobilenet"}},
      {"park/resnet-bn-relu", {"park/resnet"}},
      {"park/vgg-bn-relu", {"park/vgg"}},
      {"regnet_y_400mf", {"regnety_004"}},
      {"regnet_y_8gf", {"regnety_080_tv"}},
      {"resnet101", {"resnet101_v1.5"}},
      {"resnet152", {"resnet152_v1.5"}},
      {"resnet50", {"resnet", "resnet50_v1.5", "resnet50v1_5", "resnet50_v1b"}},
      {"resnext101_32x4d", {"resnext101", "resnext"}},
      {"se_resnet50", {"legacy_seresnet50"}},
      {"se_resnext101_32x4d", {"se_resnext101"}},
      {"se_resnext50_32x4d", {"se_resnext50"}},
      {"senet154", {"senet"}},
      {"shufflenet_g3", {"shufflenet", "shufflenet_v1", "shufflenet_g3_w1"}},
      {"shufflenet_g8_bianco", {"bianco/shufflenet"}},
      {"shufflenet_v2_x1_0",
       {"shufflenet_v2", "shufflenetv2_w1", "shufflenet_v2_x1.0", "shufflenet_v2_1.0"}},
      {"squeezenet1_0", {"squeezenet", "squeezenet1.0", "squeezenet_v1_0", "squeezenet_v1.0"}},
      {"squeezenet1_1", {"squeezenet1.1", "squeezenet_v1_1", "squeezenet_v1.1"}},
      {"vgg16", {"vgg"}},
      {"vit_b_16", {"vit", "vit_base", "vit_b/16", "vit_base_patch16_224"}},
      {"wide_resnet50_2", {"wideresnet50", "wrn_50_2"}},
      {"xception", {"legacy_xception"}}};
  const auto found = table.find(network);
  return found == table.end() ? std::vector<std::string>() : found->second;
}

}  // namespace assay
