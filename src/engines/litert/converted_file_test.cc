// SPDX-License-Identifier: MIT
#include "engines/litert/converted_file.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>
#include <fstream>

#include "base/cache_trim.h"
#include "base/error.h"

namespace assay {
namespace {

struct Converted : testing::Test {
  Graph network(int64_t width) {
    Graph graph("relu");
    graph.output(graph.add("Relu", "y", {graph.input("x", DType::f32, {1, width})}));
    return graph;
  }
  ConvertedFile convert(int64_t width, const std::string& content) {
    std::ofstream(source) << content;
    return converted_file(network(width), {source}, folder.path() / "cache");
  }
  TempDir folder;
  std::filesystem::path source = folder.path() / "network.onnx";
};

TEST_F(Converted, is_written_once_for_each_content_and_shape) {
  const ConvertedFile first = convert(4, "a"), again = convert(4, "a");
  EXPECT_TRUE(first.seconds);
  EXPECT_FALSE(again.seconds);
  EXPECT_TRUE(std::ranges::equal(first.file.span(), again.file.span()));
  EXPECT_TRUE(convert(5, "a").seconds) << "another shape";
  EXPECT_TRUE(convert(4, "b").seconds) << "another content under the same name";
}

TEST_F(Converted, file_is_one_that_the_cache_may_remove) {
  convert(4, "a");
  trim_cache(folder.path() / "cache", 0);
  EXPECT_FALSE(convert(4, "a").seconds) << "in use";
  for (const auto& entry : std::filesystem::directory_iterator(folder.path() / "cache"))
    std::filesystem::last_write_time(
        entry.path(), std::filesystem::file_time_type::clock::now() - std::chrono::hours(2));
  trim_cache(folder.path() / "cache", 0);
  EXPECT_TRUE(convert(4, "a").seconds);
}

TEST_F(Converted, names_the_cache_that_cannot_be_written) {
  std::ofstream(folder.path() / "cache") << "no folder";
  try {
    convert(4, "a");
    FAIL() << "it was written";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("cache"));
  }
}

}  // namespace
}  // namespace assay
