// SPDX-License-Identifier: MIT
// What a network is given, by --input of `run` and `bench`: fills, files, pictures, and what is
// said when one does not fit. On our own executor, so that it runs in every build.
#include <gmock/gmock.h>
#include <png.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "graph/npy.h"
#include "onnx/onnx.h"
#include "program.h"

namespace assay {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class Inputs : public testing::Test {
 protected:
  // y = x + 0 of any type and shape: what goes in comes out.
  std::string identity(const std::string& name, DType type, const Shape& shape) {
    Graph graph;
    graph.output(graph.add("Identity", "y", {graph.input("x", type, shape)}));
    return write(graph, name);
  }
  std::string write(const Graph& graph, const std::string& name) {
    const auto file = x_assay.folder() / name;
    write_onnx(graph, file);
    return file;
  }
  std::string picture(int width, int height, const std::vector<uint8_t>& rgb) {
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    image.width = static_cast<png_uint_32>(width);
    image.height = static_cast<png_uint_32>(height);
    image.format = PNG_FORMAT_RGB;
    const auto file = x_assay.folder() / "picture.png";
    EXPECT_TRUE(png_image_write_to_file(&image, file.c_str(), 0, rgb.data(), 0, nullptr));
    return file;
  }
  Ended run(const std::string& model, std::vector<std::string> flags) {
    flags.insert(flags.begin(), {"run", model, "--engine", "reference"});
    return x_assay.run(flags);
  }
  // The output as it comes back from the file that --output writes.
  std::vector<double> output_of(const std::string& model, std::vector<std::string> flags) {
    const std::string file = x_assay.folder() / "y.npy";
    flags.insert(flags.end(), {"--output", file});
    const Ended ended = run(model, flags);
    EXPECT_EQ(ended.status, 0) << ended.error;
    if (ended.status != 0) return {};
    const Tensor tensor = read_npy(file);
    if (tensor.dtype == DType::f32) return as_doubles<float>(tensor);
    if (tensor.dtype == DType::i32) return as_doubles<int32_t>(tensor);
    if (tensor.dtype == DType::i64) return as_doubles<int64_t>(tensor);
    return as_doubles<uint8_t>(tensor);
  }
  nlohmann::ordered_json bench(const std::string& input) {
    const std::string model = identity("identity.onnx", DType::f32, {1, 3, 32, 32});
    const Ended ended = x_assay.run({"bench", model, "--engine", "reference", "--input", input,
                                     "--max-time", "100ms", "--format", "json"});
    EXPECT_EQ(ended.status, 0) << ended.error;
    return nlohmann::ordered_json::parse(ended.out).at("results").at(0);
  }
  void expect_refused(const std::string& model, const std::vector<std::string>& flags,
                      const std::string& saying) {
    const Ended ended = run(model, flags);
    EXPECT_EQ(ended.status, 2) << ended.out;
    EXPECT_THAT(ended.error, HasSubstr(saying));
    EXPECT_EQ(std::ranges::count(ended.error, '\n'), 1) << ended.error;
  }
  template <typename T>
  static std::vector<double> as_doubles(const Tensor& tensor) {
    const auto values = tensor.as<T>();
    return {values.begin(), values.end()};
  }
  Program x_assay;
};

TEST_F(Inputs, are_zeros_for_integers_and_between_0_and_1_for_floats_unless_given) {
  for (const DType type : {DType::i32, DType::i64, DType::u8})
    EXPECT_THAT(output_of(identity("i.onnx", type, {1, 3}), {}), testing::Each(0));
  const auto floats = output_of(identity("f.onnx", DType::f32, {1, 64}), {});
  EXPECT_THAT(floats, testing::Each(testing::AllOf(testing::Ge(0), testing::Lt(1))));
  EXPECT_GT(*std::ranges::max_element(floats), 0.8);
  EXPECT_EQ(floats, output_of(identity("f.onnx", DType::f32, {1, 64}), {"--input", "uniform"}));
  EXPECT_NE(floats, output_of(identity("f.onnx", DType::f32, {1, 64}), {"--seed", "1"}));
}

TEST_F(Inputs, are_filled_in_every_type) {
  for (const DType type : {DType::f32, DType::i32, DType::i64, DType::u8}) {
    const std::string model = identity("t.onnx", type, {2, 2});
    EXPECT_THAT(output_of(model, {"--input", "ones"}), testing::Each(1)) << name_of(type);
    EXPECT_THAT(output_of(model, {"--input", "x=zeros"}), testing::Each(0)) << name_of(type);
  }
}

TEST_F(Inputs, come_from_npy_files_bit_by_bit) {
  const std::string file = x_assay.folder() / "x.npy";
  write_npy(make_f32({1, 3}, std::vector<float>{1.5f, -2, 1e-30f}), file);
  const std::string model = identity("f.onnx", DType::f32, {1, 3});
  EXPECT_EQ(output_of(model, {"--input", file}), (std::vector<double>{1.5, -2, 1e-30f}));
  EXPECT_EQ(run(model, {"--input", file, "--expect", file}).status, 0);
  const Ended differs = run(model, {"--input", "zeros", "--expect", file});
  EXPECT_EQ(differs.status, 4);
  EXPECT_THAT(differs.out, HasSubstr("differs: error 1, tolerance 0.001"));
  EXPECT_EQ(run(model, {"--input", "zeros", "--expect", file, "--tolerance", "1"}).status, 0);
}

TEST_F(Inputs, that_are_pictures_become_what_the_flags_say_and_the_largest_outputs_are_told) {
  const std::string file = picture(2, 1, {255, 0, 0, 0, 0, 51});
  const std::string model = identity("p.onnx", DType::f32, {1, 3, 1, 2});
  const std::vector<std::string> stretch = {"--input", file, "--image-fit", "stretch"};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), stretch.begin(), stretch.end());
    return output_of(model, more);
  };
  EXPECT_EQ(with({"--image-scale", "bytes"}), (std::vector<double>{255, 0, 0, 0, 0, 51}));
  EXPECT_EQ(with({"--image-scale", "bytes", "--image-channels", "bgr"}),
            (std::vector<double>{0, 51, 0, 0, 255, 0}));
  EXPECT_THAT(with({"--image-scale", "unit"}),
              testing::Pointwise(testing::DoubleNear(1e-6), {1.0, 0.0, 0.0, 0.0, 0.0, 0.2}));
  EXPECT_NEAR(with({}).front(), (1 - 0.485) / 0.229, 1e-5) << "imagenet by default";
  std::vector<std::string> json_out = stretch;
  json_out.insert(json_out.end(), {"--image-scale", "bytes", "--format", "json"});
  const json top = json::parse(run(model, json_out).out);
  ASSERT_EQ(top.size(), 5u);
  EXPECT_EQ(top[0].at("index"), 0);
  EXPECT_EQ(top[0].at("value"), 255);
  EXPECT_EQ(top[1].at("index"), 5);
}

TEST_F(Inputs, that_do_not_fit_are_refused_in_a_sentence) {
  const std::string model = identity("f.onnx", DType::f32, {1, 3});
  const std::string file = x_assay.folder() / "x.npy";
  write_npy(make_f32({2, 3}, std::vector<float>(6)), file);
  expect_refused(model, {"--input", file}, "is 1x3 of f32, not 2x3 of f32");
  expect_refused(model, {"--input", "y=ones"}, "unknown input 'y'");
  expect_refused(model, {"--input", "one"}, "did you mean 'ones'?");
  expect_refused(model, {"--input", "none.npy"}, "none.npy");
  expect_refused(model, {"--input", "x="}, "says nothing");
  expect_refused(model, {"--input", picture(1, 1, {1, 2, 3})}, "a picture fits an input of");
  write_file(x_assay.folder() / "no.jpg", "GIF89a");
  expect_refused(identity("p.onnx", DType::f32, {1, 3, 2, 2}),
                 {"--input", x_assay.folder() / "no.jpg"}, "neither PNG nor JPEG");
  expect_refused(model, {"--image-scale", "imagenett"}, "did you mean 'imagenet'?");
  expect_refused(model, {"--precision", "fp31"}, "did you mean 'fp32'?");
  expect_refused(model, {"--expect", file, "--tolerance", "-1"}, "'-1' is no number from 0 on");
  EXPECT_EQ(x_assay.run({"bench", model, "--engine", "reference", "--input", file}).status, 2);
}

TEST_F(Inputs, of_several_are_given_by_name) {
  Graph graph;
  const ValueId a = graph.input("a", DType::f32, {1, 2}), b = graph.input("b", DType::f32, {1, 2});
  graph.output(graph.add("Sub", "d", {a, b}));
  graph.output(graph.add("Add", "s", {a, b}));
  const std::string model = write(graph, "two.onnx");
  const std::string file = x_assay.folder() / "x.npy";
  write_npy(make_f32({1, 2}, std::vector<float>{1, 1}), file);
  expect_refused(model, {"--input", file}, "so write NAME=" + file);
  expect_refused(model, {"--input", "ones", "--expect", file}, "write --expect NAME=FILE");
  EXPECT_EQ(
      run(model, {"--input", "a=" + file, "--input", "b=zeros", "--expect", "d=" + file}).status,
      0);
  EXPECT_EQ(
      run(model, {"--input", "a=" + file, "--input", "b=ones", "--expect", "d=" + file}).status, 4);
  EXPECT_EQ(
      run(model, {"--input", "b=" + file, "--input", "a=zeros", "--expect", "s=" + file}).status,
      0);
}

TEST_F(Inputs, of_a_benchmark_are_in_the_command_that_reproduces_it) {
  const std::string file = picture(2, 2, std::vector<uint8_t>(12, 9));
  const std::string model = identity("p.onnx", DType::f32, {1, 3, 2, 2});
  const Ended ended =
      x_assay.run({"bench", model + " --input " + file + " --image-scale unit", "--engine",
                   "reference", "--max-time", "10ms", "--format", "json"});
  ASSERT_EQ(ended.status, 0) << ended.error;
  const std::string command = json::parse(ended.out).at("results").at(0).at("command");
  EXPECT_THAT(command, HasSubstr("--input " + file + " --image-scale unit"));
  EXPECT_EQ(std::system((ASSAY_PROGRAM + command.substr(std::string("assay").size()) +
                         " --dry-run > /dev/null")
                            .c_str()),
            0)
      << command;
}

TEST_F(Inputs, the_phases_of_a_picture_are_measured_and_sum_up) {
  const auto row = bench(picture(64, 48, std::vector<uint8_t>(64 * 48 * 3, 100)));
  const auto& phases = row.at("phases_ms");
  double sum = 0;
  for (const char* phase : {"load", "preprocess", "inference", "postprocess"}) {
    EXPECT_GT(phases.at(phase).get<double>(), 0) << phase;
    sum += phases.at(phase).get<double>();
  }
  EXPECT_NEAR(phases.at("total").get<double>(), sum, 1e-9 * sum);
  const double mean = row.at("latency_ms").at("mean").get<double>();
  EXPECT_NEAR(row.at("fps_inference").get<double>(), 1000 / mean, 1e-6 * 1000 / mean);
  EXPECT_GT(row.at("fps_all").get<double>(), 0);
  EXPECT_LT(row.at("fps_all"), row.at("fps_inference"));
}

TEST_F(Inputs, without_a_picture_there_are_no_phases_around_the_inference) {
  const auto row = bench("ones");
  EXPECT_TRUE(row.at("phases_ms").at("preprocess").is_null());
  EXPECT_TRUE(row.at("phases_ms").at("postprocess").is_null());
  EXPECT_TRUE(row.at("phases_ms").at("total").is_null());
  EXPECT_TRUE(row.at("fps_all").is_null());
  EXPECT_TRUE(row.at("fps_inference").is_number());
}

TEST_F(Inputs, fresh_ones_are_of_the_configuration_and_only_for_one_stream) {
  const std::string model = identity("identity.onnx", DType::f32, {1, 3});
  const auto bench_with = [&](std::vector<std::string> flags) {
    flags.insert(flags.begin(), {"bench", model, "--engine", "reference", "--max-time", "50ms",
                                 "--format", "json"});
    return x_assay.run(flags);
  };
  const Ended fixed = bench_with({}),
              fresh = bench_with({"--inputs", "fresh", "--input", "ones", "--input", "zeros"});
  ASSERT_EQ(fixed.status, 0) << fixed.error;
  ASSERT_EQ(fresh.status, 0) << fresh.error;
  const json one = json::parse(fixed.out).at("results").at(0),
             other = json::parse(fresh.out).at("results").at(0);
  EXPECT_EQ(one.at("fresh_inputs"), false);
  EXPECT_EQ(other.at("fresh_inputs"), true);
  EXPECT_NE(one.at("configuration_id"), other.at("configuration_id"));
  EXPECT_THAT(other.at("command").get<std::string>(), HasSubstr("--inputs fresh"));
  EXPECT_EQ(bench_with({"--inputs", "fresh", "--input", "uniform"}).status, 0);
  const auto refused = [&](std::vector<std::string> flags) {
    const Ended ended = bench_with(std::move(flags));
    EXPECT_EQ(ended.status, 2);
    return ended.error;
  };
  EXPECT_THAT(refused({"--inputs", "fresh", "--scenario", "offline"}), HasSubstr("single_stream"));
  EXPECT_THAT(refused({"--inputs", "fresh", "--input", "ones"}), HasSubstr("the same inputs"));
}

TEST_F(Inputs, fresh_pictures_are_each_preprocessed_for_one_call) {
  std::vector<uint8_t> pixels(512 * 512 * 3, 100);
  const auto copy = x_assay.folder() / "one.png";
  std::filesystem::copy_file(picture(512, 512, pixels), copy);
  std::ranges::fill(pixels, 200);
  const std::string file = picture(512, 512, pixels);
  const std::string model = identity("identity.onnx", DType::f32, {1, 3, 32, 32});
  const auto preprocess_ms = [&](std::vector<std::string> flags) {
    flags.insert(flags.begin(), {"bench", model, "--engine", "reference", "--max-time", "50ms",
                                 "--format", "json"});
    const Ended ended = x_assay.run(flags);
    EXPECT_EQ(ended.status, 0) << ended.error;
    return json::parse(ended.out)
        .at("results")
        .at(0)
        .at("phases_ms")
        .at("preprocess")
        .get<double>();
  };
  std::vector<std::string> many{"--inputs", "fresh", "--input", copy};
  for (int i = 0; i < 11; ++i) many.insert(many.end(), {"--input", file});
  EXPECT_LT(preprocess_ms(many), 4 * preprocess_ms({"--input", file})) << "12 times, were it all";
}

}  // namespace
}  // namespace assay
