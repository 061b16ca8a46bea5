// SPDX-License-Identifier: MIT
#include "engines/caffe2/workspace.h"

#include <gmock/gmock.h>
#include <messages.pb.h>

#include <array>

#include "torchscript/torchscript.h"

namespace assay {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

const auto kFloat = static_cast<int8_t>(torch_type(DType::f32));
constexpr std::array<int64_t, 1> kTwo = {2};

// z = x + y
std::string sum(const char* type = "Add") {
  c2::NetDef net;
  net.set_name("assay");
  net.set_type("simple");
  for (const char* input : {"x", "y"}) net.add_external_input(input);
  c2::OperatorDef* op = net.add_op();
  op->set_type(type);
  for (const char* input : {"x", "y"}) op->add_input(input);
  op->add_output("z");
  return net.SerializeAsString();
}

std::vector<float> values(const Caffe2Workspace& workspace, const char* blob) {
  const BlobView view = workspace.get(blob);
  EXPECT_EQ(view.type, kFloat);
  EXPECT_THAT(view.shape, ElementsAre(2));
  const auto* data = static_cast<const float*>(view.data);
  return {data, data + 2};
}

TEST(Caffe2Workspace, computes_in_the_callers_memory_and_sees_the_blobs_of_its_parent) {
  std::array<float, 2> x = {1, 2}, y = {10, 20}, other = {-1, -2};
  Caffe2Workspace weights(nullptr);
  weights.set("y", {kFloat, kTwo, y.data()});
  Caffe2Workspace first(&weights), second(&weights);
  first.set("x", {kFloat, kTwo, x.data()});
  second.set("x", {kFloat, kTwo, other.data()});
  first.create_net(sum());
  second.create_net(sum());
  first.run();
  second.run();
  EXPECT_THAT(values(first, "z"), ElementsAre(11, 22));
  EXPECT_THAT(values(second, "z"), ElementsAre(9, 18));
  EXPECT_EQ(first.get("y").data, y.data());

  x[0] = 5;
  first.run();
  EXPECT_THAT(values(first, "z"), ElementsAre(15, 22)) << "what changed there was not seen";
  first.set("x", {kFloat, kTwo, other.data()});
  first.run();
  EXPECT_THAT(values(first, "z"), ElementsAre(9, 18)) << "the net kept what was bound before";
}

TEST(Caffe2Workspace, fails_in_words) {
  std::array<float, 2> x = {1, 2};
  Caffe2Workspace workspace(nullptr);
  EXPECT_THAT([&] { workspace.get("z"); },
              ThrowsMessage<std::runtime_error>(HasSubstr("no such value")));
  EXPECT_THAT([&] { workspace.run(); },
              ThrowsMessage<std::runtime_error>(HasSubstr("could not run")));
  EXPECT_THAT([&] { workspace.create_net(sum()); },
              ThrowsMessage<std::runtime_error>(HasSubstr("x")));
  EXPECT_THROW(Caffe2Workspace(nullptr).create_net(std::string("\xff\xff rubbish")),
               std::runtime_error);
  for (const char* blob : {"x", "y"}) workspace.set(blob, {kFloat, kTwo, x.data()});
  EXPECT_THAT([&] { workspace.create_net(sum("NoSuchOperator")); },
              ThrowsMessage<std::runtime_error>(HasSubstr("NoSuchOperator")));
}

}  // namespace
}  // namespace assay
