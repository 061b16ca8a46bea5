// SPDX-License-Identifier: MIT
// A worker whose engine's library is gone, as after half an installation: the same outcome for all
// engines, in one sentence that names what is missing and the command that brings it back.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "base/hash.h"
#include "contract/models.h"
#include "contract/subject.h"
#include "run/runner.h"
#include "run/workers.h"

namespace assay {
namespace {

namespace fs = std::filesystem;

// Another path of the same length, at which there is nothing.
std::string nowhere(const std::string& path) {
  std::string other = path;
  other.back() = other.back() == '!' ? '?' : '!';
  return other;
}

// Every place in the file where it says where engines are: the loader's search path, and the paths
// of what a worker opens itself.
size_t mislead(const fs::path& worker) {
  const std::string sdk = ASSAY_SDK_FOLDER, other = nowhere(sdk);
  std::string bytes = read_file(worker);
  size_t count = 0;
  for (size_t at = bytes.find(sdk); at != std::string::npos; at = bytes.find(sdk, at + 1), ++count)
    bytes.replace(at, sdk.size(), other);
  std::ofstream(worker, std::ios::binary) << bytes;
  return count;
}

struct Broken : testing::TestWithParam<std::string> {
  void SetUp() override {
    fs::create_directory(workers);
    fs::copy_file(worker_path(GetParam()), workers / GetParam());
    if (mislead(workers / GetParam()) == 0) GTEST_SKIP() << "it needs nothing that was installed";
  }
  void expect_the_sentence(const std::string& reason) {
    EXPECT_THAT(reason, testing::ContainsRegex(R"(\.so|python|module)"));
    EXPECT_THAT(reason, testing::HasSubstr("./demo.sh --setup-only --engines " +
                                           GetParam().substr(0, GetParam().find('@'))));
    EXPECT_THAT(reason, testing::Not(testing::HasSubstr("\n")));
  }
  TempDir folder;
  const fs::path workers = folder.path() / "workers";
};

TEST_P(Broken, worker_is_not_available_and_says_what_is_missing) {
  const auto answer = ask_engine(GetParam(), workers);
  ASSERT_TRUE(std::holds_alternative<Failure>(answer));
  EXPECT_EQ(std::get<Failure>(answer).outcome, Outcome::load_failed);
  expect_the_sentence(std::get<Failure>(answer).reason);
}

TEST_P(Broken, worker_makes_a_measurement_that_failed_to_load) {
  const Graph graph = small_network();
  const LoadRequest request = request_for(graph, folder);
  Job job;
  job.model.name = graph.name();
  job.model.file = request.path;
  job.model.sha256 = sha256_file(request.path);
  job.model.graph = std::make_shared<Graph>(graph);
  job.model.input = request.configuration.input;
  job.configuration.engine = GetParam();
  RunOptions options;
  options.workers = workers;
  options.cache_folder = folder.path();
  const Measurement measured = measure(job, options);
  EXPECT_EQ(measured.outcome, Outcome::load_failed);
  expect_the_sentence(measured.reason);
}

INSTANTIATE_TEST_SUITE_P(Worker, Broken, testing::ValuesIn(built_workers()), engine_name);

}  // namespace
}  // namespace assay
