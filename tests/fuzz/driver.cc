// SPDX-License-Identifier: MIT
// The fuzz driver: runs LLVMFuzzerTestOneInput on seeds and on mutations of them, keeping those
// that reach code (or a loop count) that no input before reached. The input being run always lies
// in
// ./<target>.input, which is left behind by a crash, a sanitizer's report or a hang of 10 s.
//   <target> --seconds N [--seed S] <file or folder>...     N = 0: every seed once, as it is
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

using Input = std::vector<uint8_t>;
constexpr size_t kMaxInputBytes = 64 << 10;
constexpr unsigned kHangSeconds = 10;
constexpr size_t kCounters = 1 << 16;

// Written by the instrumentation, which has no other way to reach its reader.
std::array<uint8_t, kCounters> block_counts;

}  // namespace

extern "C" const char __executable_start;
extern "C" void __sanitizer_cov_trace_pc() {
  const auto offset = static_cast<const char*>(__builtin_return_address(0)) - &__executable_start;
  uint8_t& count = block_counts[(static_cast<uint64_t>(offset) * 0x9E3779B97F4A7C15u) >> 48];
  count += count < 255;
}

// Gigabytes for an input of 64 KiB are a defect too.
extern "C" const char* __asan_default_options() {
  return "max_allocation_size_mb=2048:hard_rss_limit_mb=4096";
}

namespace {

// Which counts (1, 2, 4, 8 ... times, as AFL buckets them) each block has been seen with.
class Coverage {
 public:
  // Takes what the last run counted; true if some of it is new.
  bool add_last_run() {
    bool is_new = false;
    for (size_t i = 0; i < kCounters; ++i) {
      if (block_counts[i] == 0) continue;
      const uint8_t bucket = uint8_t(1u << (std::bit_width(block_counts[i]) - 1));
      x_blocks += x_seen[i] == 0;
      is_new |= (x_seen[i] & bucket) == 0;
      x_seen[i] |= bucket;
    }
    return is_new;
  }
  size_t blocks() const { return x_blocks; }

 private:
  std::array<uint8_t, kCounters> x_seen{};
  size_t x_blocks = 0;
};

class Mutator {
 public:
  explicit Mutator(uint64_t seed) : x_random(seed) {}

  Input mutate(const std::vector<Input>& corpus) {
    Input input = pick(corpus);
    for (size_t left = 1 + below(8); left > 0; --left) change(input, pick(corpus));
    input.resize(std::min(input.size(), kMaxInputBytes));
    return input;
  }

 private:
  size_t below(size_t end) { return end == 0 ? 0 : x_random() % end; }
  // Half of the time one of the newest: they reached what is least explored.
  const Input& pick(const std::vector<Input>& corpus) {
    const size_t newest = std::min<size_t>(corpus.size(), 32);
    const bool any = below(2) == 0;
    return corpus[any ? below(corpus.size()) : corpus.size() - 1 - below(newest)];
  }

  void change(Input& input, const Input& other) {
    const size_t at = below(input.size());
    const auto place = input.begin() + ptrdiff_t(at);
    const size_t run = std::min(input.size() - at, size_t{1} << below(8));
    switch (input.empty() ? 4 : below(8)) {
      case 0:
        *place ^= uint8_t(1u << below(8));
        break;
      case 1:
        *place = uint8_t(x_random());
        break;
      case 2:
        *place += uint8_t(below(33)) - 16;
        break;
      case 3:
        input.erase(place, place + ptrdiff_t(run));
        break;
      case 4:
        input.insert(place, uint8_t(x_random()));
        break;
      case 5:
        std::fill_n(place, run, below(2) == 0 ? 0x00 : 0xFF);
        break;
      case 6:
        duplicate(input, at, run);
        break;
      default:
        splice(input, at, other);
    }
  }

  void duplicate(Input& input, size_t at, size_t run) {
    const Input copy(input.begin() + ptrdiff_t(at), input.begin() + ptrdiff_t(at + run));
    input.insert(input.begin() + ptrdiff_t(below(input.size())), copy.begin(), copy.end());
  }

  // Puts a piece of another input over, or into, this one.
  void splice(Input& input, size_t at, const Input& other) {
    const size_t from = below(other.size());
    const size_t run = std::min(other.size() - from, size_t{1} << below(12));
    const auto begin = other.begin() + ptrdiff_t(from);
    const Input piece(begin, begin + ptrdiff_t(run));
    if (below(2) == 0)
      input.resize(std::max(input.size(), at + run));
    else
      input.insert(input.begin() + ptrdiff_t(at), run, 0);
    std::copy(piece.begin(), piece.end(), input.begin() + ptrdiff_t(at));
  }

  std::mt19937_64 x_random;
};

class Fuzzer {
 public:
  explicit Fuzzer(std::string name)
      : x_path(name + ".input"),
        x_file(open(x_path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644)) {}

  // True if the input reached something new.
  bool run(const Input& input) {
    if (pwrite(x_file, input.data(), input.size(), 0) != ssize_t(input.size()) ||
        ftruncate(x_file, off_t(input.size())) != 0) {
      std::perror(x_path.c_str());
      std::exit(2);
    }
    alarm(kHangSeconds);
    block_counts.fill(0);
    const Input exact(input.begin(), input.end());  // its own allocation: no spare capacity
    LLVMFuzzerTestOneInput(exact.data(), exact.size());
    ++x_executions;
    return x_coverage.add_last_run();
  }

  void finish(size_t corpus) {
    alarm(0);
    close(x_file);
    std::filesystem::remove(x_path);
    std::printf("%zu executions, %zu blocks reached, %zu inputs in the corpus, no failure\n",
                x_executions, x_coverage.blocks(), corpus);
  }

 private:
  std::string x_path;
  int x_file;
  size_t x_executions = 0;
  Coverage x_coverage;
};

void add_seeds(const std::filesystem::path& path, std::vector<std::filesystem::path>& files) {
  if (!std::filesystem::exists(path)) {
    std::fprintf(stderr, "the seeds %s do not exist\n", path.c_str());
    std::exit(2);
  }
  if (!std::filesystem::is_directory(path)) return files.push_back(path);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(path))
    if (entry.is_regular_file()) files.push_back(entry.path());
}

struct Options {
  double seconds = 0;
  uint64_t seed = 1;
  std::vector<std::filesystem::path> files;
};

Options parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--seconds" && i + 1 < argc)
      options.seconds = std::atof(argv[++i]);
    else if (word == "--seed" && i + 1 < argc)
      options.seed = std::strtoull(argv[++i], nullptr, 10);
    else
      add_seeds(word, options.files);
  }
  std::sort(options.files.begin(), options.files.end());  // the same run from the same seed
  return options;
}

}  // namespace

int main(int argc, char** argv) {
  const auto start = std::chrono::steady_clock::now();
  const Options options = parse(argc, argv);
  Fuzzer fuzzer(std::filesystem::path(argv[0]).filename().string());
  std::vector<Input> corpus;
  for (const auto& path : options.files) {
    std::ifstream file(path, std::ios::binary);
    Input input{std::istreambuf_iterator<char>(file), {}};
    const bool is_new = fuzzer.run(input);
    if (is_new && input.size() <= kMaxInputBytes) corpus.push_back(std::move(input));
  }
  if (options.files.empty()) {
    std::fprintf(stderr, "no seeds: name at least one file or folder\n");
    return 2;
  }
  if (corpus.empty()) corpus.push_back({});
  Mutator mutator(options.seed);
  const std::chrono::duration<double> limit(options.seconds);
  while (std::chrono::steady_clock::now() - start < limit) {
    Input input = mutator.mutate(corpus);
    if (fuzzer.run(input)) corpus.push_back(std::move(input));
  }
  fuzzer.finish(corpus.size());
  return 0;
}
