// SPDX-License-Identifier: MIT
// Text compared byte by byte with an approved file of tests/golden/. What differs is left in the
// build's golden/ folder, and tools/approve.py accepts it.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "base/files.h"

namespace assay {

inline void expect_golden(const std::string& name, const std::string& text) {
  const std::filesystem::path approved = std::filesystem::path(ASSAY_GOLDEN_APPROVED) / name;
  const std::filesystem::path received = std::filesystem::path(ASSAY_GOLDEN_RECEIVED) / name;
  const bool same = std::filesystem::exists(approved) && read_file(approved) == text;
  if (same) {
    std::filesystem::remove(received);
  } else {
    std::filesystem::create_directories(received.parent_path());
    write_file(received, text);
  }
  EXPECT_TRUE(same) << "differs from tests/golden/" << name << "; see it with tools/approve.py";
}

}  // namespace assay
