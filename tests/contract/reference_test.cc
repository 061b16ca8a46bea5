// SPDX-License-Identifier: MIT
// What the engine `reference` has beyond the contract.
#include <gmock/gmock.h>

#include "contract/models.h"
#include "contract/subject.h"
#include "graph/execute.h"

namespace assay {
namespace {

TEST(Reference, keeps_its_sums_in_double_when_it_is_asked_to) {
  const Graph graph = small_network();
  const Tensors inputs = inputs_of(graph, 1);
  const Tensors exact{{"y", execute(graph, inputs, Accumulate::f64).front()}};
  ASSERT_GT(difference(expected(graph, inputs), exact), 0) << "the network cannot tell";
  const TempDir folder;
  LoadRequest request = request_for(graph, folder);
  Subject subject("reference");
  EXPECT_GT(difference(subject.compute(subject.load(request), inputs), exact), 0);
  subject.ask({{"type", "unload"}});
  request.configuration.options["accumulate"] = "f64";
  EXPECT_EQ(difference(subject.compute(subject.load(request), inputs), exact), 0);
}

TEST(Reference, states_the_multiply_adds_of_every_layer) {
  const TempDir folder;
  Subject subject("reference");
  subject.load(request_for(small_network(), folder));
  std::map<std::string, int64_t> macs;
  for (const LayerFact& layer : subject.facts().layers) macs[layer.op] += layer.macs;
  EXPECT_THAT(macs,
              testing::IsSupersetOf({std::pair<const std::string, int64_t>{"Conv", 4 * 8 * 8 * 27},
                                     {"Gemm", 5 * 4},
                                     {"Relu", 0}}));
}

TEST(Reference, is_the_referee_of_last_resort) {
  const int rank = Subject("reference").info().referee.rank;
  EXPECT_GT(rank, 0);
  for (const std::string& other : built_workers())
    if (other != "reference") {
      EXPECT_LT(Subject(other).info().referee.rank, rank) << other;
    }
}

}  // namespace
}  // namespace assay
