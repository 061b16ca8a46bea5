// SPDX-License-Identifier: MIT
// docs/adding-an-engine.md shows an engine: it must be the one that is compiled.
#include <gtest/gtest.h>

#include "base/files.h"

namespace assay {
namespace {

TEST(AddingAnEngine, shows_the_null_engine_as_it_is_compiled) {
  const std::filesystem::path source = ASSAY_SOURCE;
  const std::string page = read_file(source / "docs/adding-an-engine.md");
  const std::string code = read_file(source / "src/engines/null/null.cc");
  EXPECT_NE(page.find("```cpp\n" + code + "```\n"), std::string::npos)
      << "copy src/engines/null/null.cc into docs/adding-an-engine.md";
}

}  // namespace
}  // namespace assay
