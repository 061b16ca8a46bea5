// SPDX-License-Identifier: MIT
// A machine made of files, for tests: 8 processors, 16 GiB, no limits, until a test says otherwise.
// What reads /proc and /sys below a root folder is given its root().
#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include "base/files.h"

namespace assay {

class FakeRoot {
 public:
  FakeRoot() {
    std::string cpuinfo;
    for (int i = 0; i < 8; ++i)
      cpuinfo += "processor\t: " + std::to_string(i) +
                 "\nmodel name\t: Test CPU 3000\nflags\t\t: fpu avx512_bf16 amx_int8\n\n";
    put("proc/cpuinfo", cpuinfo);
    put("proc/meminfo", "MemTotal:       16777216 kB\nMemFree: 1 kB\nMemAvailable:   8388608 kB\n");
    put("proc/self/status", "Name:\ttest\nCpus_allowed:\tff\nCpus_allowed_list:\t0-7\n");
    put("proc/sys/kernel/hostname", "box\n");
    put("proc/sys/kernel/osrelease", "6.1.0-13-amd64\n");
    put("proc/sys/kernel/randomize_va_space", "2\n");
    put("proc/self/personality", "00000000\n");
    put("proc/loadavg", "1.25 0.80 0.50 2/345 6789\n");
    put("etc/machine-id", "0123456789abcdef\n");
  }
  void put(const std::string& path, const std::string& content) const {
    std::filesystem::create_directories((x_folder.path() / path).parent_path());
    std::ofstream(x_folder.path() / path) << content;
  }
  void remove(const std::string& path) const {
    std::filesystem::remove_all(x_folder.path() / path);
  }
  const std::filesystem::path& root() const { return x_folder.path(); }

 private:
  TempDir x_folder;
};

}  // namespace assay
