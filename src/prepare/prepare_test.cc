// SPDX-License-Identifier: MIT
#include "prepare/prepare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <cstring>
#include <thread>

#include "base/error_of.h"
#include "base/files.h"
#include "base/hash.h"
#include "onnx/onnx.h"
#include "zoo/zoo.h"

namespace assay {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

class Prepare : public testing::Test {
 protected:
  PreparedModel prepare_named(const std::string& name) { return prepare({.name = name}, cache()); }
  std::string error(const ModelSpec& spec) {
    return error_of([&] { prepare(spec, cache()); });
  }
  fs::path cache() const { return folder.path() / "cache"; }
  fs::path write(const char* name, std::string_view content) const {
    write_file(folder.path() / name, content);
    return folder.path() / name;
  }
  size_t files_in_cache() const {
    return static_cast<size_t>(std::ranges::count_if(
        fs::directory_iterator(cache()),
        [](const fs::directory_entry& e) { return e.path().extension() == ".onnx"; }));
  }

  TempDir folder;
};

TEST_F(Prepare, exports_a_network_that_reads_back_as_the_same_graph_with_values) {
  const PreparedModel model = prepare_named("squeezenet1_1");
  EXPECT_TRUE(model.from_zoo);
  EXPECT_EQ(model.name, "squeezenet1_1");
  EXPECT_EQ(model.input, (InputShapes{{"input", {1, 3, 224, 224}}}));
  EXPECT_EQ(model.sha256, sha256_file(model.file));
  EXPECT_EQ(model.file_bytes, static_cast<int64_t>(fs::file_size(model.file)));
  EXPECT_GT(model.prepare_seconds, 0);

  const Graph read = read_onnx(model.file);
  Graph filled = build(*find_in_zoo("squeezenet1_1"));
  fill_seeded(filled);
  ASSERT_EQ(read.nodes().size(), filled.nodes().size());
  const char* weight = "features.12.expand3x3.weight";
  const auto bytes = [&](const Graph& graph) {
    return sha256(graph.value(graph.find(weight).value()).constant->raw());
  };
  EXPECT_EQ(bytes(read), bytes(filled));
}

TEST_F(Prepare, quantizes_a_network_of_the_zoo_beside_the_plain_one) {
  const PreparedModel plain = prepare_named("gehrman/mlp");
  const PreparedModel quantized =
      prepare({.name = "gehrman/mlp", .batch = 3, .quantized = true}, cache());
  EXPECT_NE(quantized.file, plain.file);
  EXPECT_LT(quantized.file_bytes, plain.file_bytes / 3) << "weights take a byte";
  const Graph read = read_onnx(quantized.file);
  EXPECT_TRUE(std::ranges::any_of(read.nodes(),
                                  [](const Node& node) { return node.op == "DequantizeLinear"; }));
  EXPECT_EQ(quantized.input.begin()->second.front(), 3);
}

TEST_F(Prepare, takes_the_second_time_from_the_cache) {
  const PreparedModel first = prepare_named("squeezenet1_1");
  const auto written = fs::last_write_time(first.file);
  const PreparedModel second = prepare_named("SqueezeNet-1.1");
  EXPECT_EQ(second.name, "squeezenet1_1");
  EXPECT_EQ(second.file, first.file);
  EXPECT_EQ(second.sha256, first.sha256);
  EXPECT_EQ(second.prepare_seconds, 0);
  EXPECT_EQ(fs::last_write_time(second.file), written);
}

TEST_F(Prepare, gives_each_size_class_count_batch_and_seed_a_file_of_its_own) {
  std::set<fs::path> files;
  for (const ModelSpec& spec :
       {ModelSpec{.name = "squeezenet1_1"}, ModelSpec{.name = "squeezenet1_1@96"},
        ModelSpec{.name = "squeezenet1_1", .classes = 10},
        ModelSpec{.name = "squeezenet1_1", .batch = 2},
        ModelSpec{.name = "squeezenet1_1", .seed = 1}})
    files.insert(prepare(spec, cache()).file);
  EXPECT_EQ(files.size(), 5u);
  EXPECT_EQ(files_in_cache(), 5u);
}

TEST_F(Prepare, names_the_input_size_only_when_it_is_not_the_networks_own) {
  const PreparedModel other = prepare_named("squeezenet1_1@96");
  EXPECT_EQ(other.name, "squeezenet1_1@96");
  EXPECT_EQ(other.input.at("input"), (std::vector<int64_t>{1, 3, 96, 96}));
  EXPECT_EQ(prepare_named("squeezenet1_1@224").name, "squeezenet1_1");
}

TEST_F(Prepare, is_safe_when_several_prepare_the_same_network) {
  std::vector<std::string> hashes(4);
  std::vector<std::thread> threads;
  for (std::string& hash : hashes)
    threads.emplace_back([&] { hash = prepare_named("squeezenet1_1@64").sha256; });
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(hashes, testing::Each(hashes[0]));
  EXPECT_EQ(files_in_cache(), 1u);
}

TEST_F(Prepare, hashes_a_file_again_after_it_changed) {
  const fs::path source = prepare_named("squeezenet1_1@64").file;
  const fs::path file = write("model.onnx", read_file(source));
  const std::string before = prepare_named(file.string()).sha256;
  EXPECT_EQ(before, sha256_file(file));
  write("model.onnx", read_file(prepare({.name = "squeezenet1_1@64", .seed = 1}, cache()).file));
  EXPECT_NE(prepare_named(file.string()).sha256, before);
  EXPECT_EQ(prepare_named(file.string()).sha256, sha256_file(file));
}

TEST_F(Prepare, writes_a_cached_network_anew_when_its_file_was_damaged) {
  const PreparedModel whole = prepare_named("squeezenet1_1@64");
  const std::string bytes = read_file(whole.file);
  std::string flipped = bytes;
  flipped[bytes.size() / 2] ^= 1;
  for (const std::string& damaged : {flipped, bytes.substr(0, bytes.size() / 2), std::string()}) {
    write_file(whole.file, damaged);
    const PreparedModel again = prepare_named("squeezenet1_1@64");
    EXPECT_EQ(again.sha256, whole.sha256);
    EXPECT_TRUE(read_file(whole.file) == bytes) << "not written anew";
    EXPECT_GT(again.prepare_seconds, 0);
  }
  fs::remove(whole.file.string() + ".sha256");
  EXPECT_EQ(prepare_named("squeezenet1_1@64").sha256, whole.sha256);
  EXPECT_EQ(prepare_named("squeezenet1_1@64").prepare_seconds, 0) << "an intact file is kept";
}

TEST_F(Prepare, says_so_when_the_disk_is_full) {
  // A limit on the size of files stands for the full disk: writing fails in the same way.
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit old{};
  ::getrlimit(RLIMIT_FSIZE, &old);
  const rlimit small{1'000'000, old.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &small);
  const std::string sentence = error({.name = "squeezenet1_1"});
  ::setrlimit(RLIMIT_FSIZE, &old);
  EXPECT_THAT(sentence, AllOf(HasSubstr("cannot write"), HasSubstr("cache")));
  EXPECT_EQ(files_in_cache(), 0u);
  EXPECT_EQ(error({.name = "squeezenet1_1"}), "no error");
}

TEST_F(Prepare, says_so_when_the_cache_folder_cannot_be_made) {
  write("file", "");
  EXPECT_THAT(
      error_of([&] { prepare({.name = "squeezenet1_1"}, folder.path() / "file" / "cache"); }),
      AllOf(HasSubstr("cache folder"), HasSubstr("file/cache")));
}

TEST_F(Prepare, offers_the_nearest_name_of_an_unknown_model) {
  EXPECT_THAT(error({.name = "resnt50"}), AllOf(HasSubstr("'resnt50'"), HasSubstr("'resnet50'")));
  EXPECT_THAT(error({.name = "resnt50@96"}), HasSubstr("'resnet50'"));
  EXPECT_THAT(error({.name = "nowhere/model.onnx"}),
              AllOf(HasSubstr("no file"), HasSubstr("nowhere/model.onnx")));
}

TEST_F(Prepare, refuses_options_that_do_not_fit_the_model) {
  const std::string file = prepare_named("squeezenet1_1@64").file.string();
  EXPECT_THAT(error({.name = "alexnet", .batch = 0}), HasSubstr("batch is 0"));
  EXPECT_THAT(error({.name = "alexnet@-3"}), HasSubstr("positive"));
  EXPECT_THAT(error({.name = "alexnet@96", .input_size = 97}), HasSubstr("96"));
  EXPECT_THAT(error({.name = "alexnet", .input_size = 8}), HasSubstr("features"));
  EXPECT_THAT(error({.name = "alexnet", .classes = 1'000'000'000}), HasSubstr("GB of weights"));
  EXPECT_THAT(error({.name = "alexnet", .input_shapes = {{"input", {1, 3, 9, 9}}}}),
              HasSubstr("--input-shape"));
  EXPECT_THAT(error({.name = "alexnet", .weights = "/nowhere/w.safetensors"}),
              HasSubstr("/nowhere/w.safetensors"));
  EXPECT_THAT(error({.name = file, .classes = 5}), HasSubstr("--classes"));
  EXPECT_THAT(error({.name = file, .batch = 4}), HasSubstr("batch"));
}

TEST_F(Prepare, refuses_a_file_that_is_no_onnx) {
  EXPECT_THAT(error({.name = write("text.onnx", "this is no model").string()}),
              HasSubstr("text.onnx"));
  EXPECT_THAT(error({.name = write("empty.onnx", "").string()}), HasSubstr("empty.onnx"));
  EXPECT_THAT(error({.name = folder.path().string() + "/folder.onnx"}), HasSubstr("folder.onnx"));
}

TEST_F(Prepare, exports_trained_weights_by_name) {
  Graph graph = build(*find_in_zoo("squeezenet1_1"));
  std::string header = "{", data;
  for (const Value& value : graph.values()) {
    if (!value.constant) continue;
    const size_t begin = data.size();
    data.append(value.constant->byte_size(), '\0');
    header += fmt::format(R"({}"{}":{{"dtype":"F32","shape":[)", header.size() > 1 ? "," : "",
                          value.name);
    for (size_t i = 0; i < value.shape->size(); ++i)
      header += fmt::format("{}{}", i ? "," : "", (*value.shape)[i]);
    header += fmt::format(R"(],"data_offsets":[{},{}]}})", begin, data.size());
  }
  header += "}";
  std::string length(8, '\0');
  const uint64_t header_bytes = header.size();
  std::memcpy(length.data(), &header_bytes, 8);
  const fs::path weights = write("zeros.safetensors", length + header + data);
  const PreparedModel model =
      prepare({.name = "squeezenet1_1", .weights = weights.string()}, cache());
  const Graph read = read_onnx(model.file);
  const Value& bias = read.value(read.find("features.0.bias").value());
  EXPECT_THAT(bias.constant->as<float>(), testing::Each(0.0f));
  EXPECT_NE(model.file, prepare_named("squeezenet1_1").file);
}

std::vector<std::string> operators(const Graph& graph) {
  std::vector<std::string> names;
  for (const Node& node : graph.nodes()) names.push_back(node.op);
  return names;
}

TEST_F(Prepare, outlines_a_network_with_the_same_operators_in_little_room) {
  for (const bool quantized : {false, true}) {
    const ModelSpec spec{.name = "squeezenet1_1@64", .batch = 3, .quantized = quantized};
    const PreparedModel outlined = outline(spec, folder.path());
    EXPECT_EQ(outlined.input, (InputShapes{{"input", {3, 3, 64, 64}}}));
    EXPECT_EQ(operators(read_onnx(outlined.file)),
              operators(read_onnx(prepare(spec, cache()).file)));
    EXPECT_LT(fs::file_size(outlined.file), 200'000u);
  }
  EXPECT_EQ(files_in_cache(), 2u) << "only what was prepared";
}

TEST_F(Prepare, outlines_a_file_as_it_is) {
  const PreparedModel model = prepare_named("squeezenet1_1");
  const PreparedModel outlined = outline({.name = model.file.string()}, folder.path());
  EXPECT_EQ(outlined.file, model.file);
  EXPECT_EQ(outlined.sha256, model.sha256);
  EXPECT_EQ(outlined.input, model.input);
}

TEST(LoadGraph, declares_the_weights_of_a_network_and_writes_nothing) {
  const Graph graph = load_graph({.name = "vgg19", .classes = 10, .batch = 3});
  EXPECT_EQ(*graph.value(graph.outputs()[0]).shape, (Shape{3, 10}));
  EXPECT_TRUE(graph.value(graph.find("features.0.weight").value()).constant->declared_only());
}

}  // namespace
}  // namespace assay
