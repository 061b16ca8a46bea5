// SPDX-License-Identifier: MIT
#include "data/data_sets.h"

#include <fmt/format.h>

namespace assay {

const std::vector<DataSet>& data_sets() {
  static const std::vector<DataSet> kDataSets = {
      {"fashion-mnist",
       "60,000 training and 10,000 test images of clothes, 28 x 28, grey (Zalando Research, 2017)",
       10,
       "usr/share/datasets/fashion-mnist",
       {"train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", "t10k-images-idx3-ubyte.gz",
        "t10k-labels-idx1-ubyte.gz"},
       "apt-get install dataset-fashion-mnist"}};
  return kDataSets;
}

std::string missing(const DataSet& set, const std::filesystem::path& root) {
  for (const std::string& file : set.files) {
    const auto path = root / set.folder / file;
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(path, ignored))
      return fmt::format("'{}' is not there; `{}` adds it", path.string(), set.how_to_add);
  }
  return "";
}

}  // namespace assay
