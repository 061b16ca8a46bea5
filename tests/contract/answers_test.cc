// SPDX-License-Identifier: MIT
// What every worker says: of itself, of what it cannot do, and to wrong requests.
#include <gmock/gmock.h>

#include <fstream>

#include "contract/models.h"
#include "contract/subject.h"
#include "engine/options.h"
#include "onnx/onnx.h"
#include "run/workers.h"

namespace assay {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

struct Answers : testing::TestWithParam<std::string> {
  nlohmann::json load_message(const LoadRequest& load) {
    return {{"type", "load"}, {"request", load}};
  }
  std::string why_not(const LoadRequest& load) {
    const auto why = subject.ask({{"type", "supports"}, {"request", load}}).at("why");
    return why.is_null() ? "" : why.get<std::string>();
  }
  TempDir folder;
  Subject subject{GetParam()};
  LoadRequest request = request_for(small_network(), folder);
};

TEST(Contract, covers_every_worker_that_was_built) {
  EXPECT_THAT(built_workers(),
              testing::UnorderedElementsAreArray(installed_engines(ASSAY_WORKERS_FOLDER)));
  EXPECT_THAT(built_workers(), testing::IsSupersetOf({"null", "chaos"}));
}

TEST_P(Answers, say_who_it_is_completely) {
  const EngineInfo& info = subject.info();
  const size_t at = GetParam().find('@');
  EXPECT_EQ(info.name, GetParam().substr(0, at));
  EXPECT_THAT(info.version,
              testing::EndsWith(at == std::string::npos ? "" : GetParam().substr(at + 1)));
  EXPECT_THAT(info.version, Not(IsEmpty()));
  EXPECT_THAT(info.devices, Contains("cpu"));
  EXPECT_THAT(info.precisions, Contains("fp32"));
  EXPECT_THAT(info.formats, Not(IsEmpty()));
}

TEST_P(Answers, declare_options_with_fitting_defaults_and_a_sentence_of_help) {
  const std::vector<std::string> types = {"int", "float", "bool", "string", "choice"};
  for (const OptionInfo& option : subject.info().options) {
    EXPECT_THAT(types, Contains(option.type)) << option.name;
    EXPECT_EQ(option.type == "choice", !option.choices.empty()) << option.name;
    EXPECT_EQ(misfit(option, option.default_value), std::nullopt);
    EXPECT_TRUE(option.help.ends_with(".")) << option.name;
  }
}

TEST_P(Answers, say_before_loading_whether_they_can) {
  EXPECT_EQ(why_not(request), "");
  LoadRequest elsewhere = request;
  elsewhere.configuration.device = "cuda:7";
  EXPECT_THAT(why_not(elsewhere), HasSubstr("cuda:7"));
  EXPECT_EQ(subject.failure(load_message(elsewhere)).outcome, Outcome::unsupported);
  EXPECT_GT(subject.load(request), 0) << "a refusal leaves the worker usable";
}

TEST_P(Answers, refuse_unknown_precisions_and_options_as_unsupported) {
  LoadRequest strange = request;
  strange.configuration.precision = "fp4";
  EXPECT_EQ(subject.failure(load_message(strange)).outcome, Outcome::unsupported);
  strange = request;
  strange.configuration.options["no_such_option"] = "1";
  const Failure failure = subject.failure(load_message(strange));
  EXPECT_EQ(failure.outcome, Outcome::unsupported);
  EXPECT_THAT(failure.reason, HasSubstr("no_such_option"));
}

TEST_P(Answers, load_every_precision_that_they_declare_or_say_why_this_model_cannot) {
  for (const std::string& precision : subject.info().precisions) {
    LoadRequest asked = request;
    asked.configuration.precision = precision;
    const Failure failure = subject.failure(load_message(asked));
    EXPECT_THAT(failure.outcome, testing::AnyOf(Outcome::ok, Outcome::unsupported)) << precision;
    EXPECT_EQ(failure.outcome == Outcome::ok, why_not(asked).empty()) << precision;
    subject.ask({{"type", "unload"}});
  }
}

TEST_P(Answers, fail_to_load_what_is_no_model_in_their_own_words) {
  if (subject.info().synthetic) GTEST_SKIP() << "a synthetic engine takes any file";
  std::ofstream(folder.path() / "rubbish.onnx") << "this is no model";
  const std::string whole = read_file(request.path);
  std::ofstream(folder.path() / "half.onnx", std::ios::binary) << whole.substr(0, whole.size() / 2);
  for (const std::string file : {"rubbish.onnx", "half.onnx", "missing.onnx"}) {
    LoadRequest bad = request;
    bad.path = folder.path() / file;
    const Failure failure = subject.failure(load_message(bad));
    EXPECT_EQ(failure.outcome, Outcome::load_failed) << file;
    EXPECT_THAT(failure.reason, Not(IsEmpty())) << file;
    EXPECT_THAT(failure.reason, Not(HasSubstr("\n"))) << file;
  }
  EXPECT_GT(subject.load(request), 0) << "a failed load leaves the worker usable";
}

TEST_P(Answers, say_before_loading_which_operator_of_a_model_they_do_not_have) {
  if (subject.info().synthetic) GTEST_SKIP() << "a synthetic engine takes any file";
  const Graph graph = unknown_operator();
  LoadRequest strange;
  strange.path = folder.path() / "unknown.onnx";
  strange.configuration.input = {{"x", {1, 4}}};
  write_onnx(graph, strange.path);
  EXPECT_THAT(why_not(strange), HasSubstr("Frobnicate"));
  const Failure failure = subject.failure(load_message(strange));
  EXPECT_EQ(failure.outcome, Outcome::unsupported);
  EXPECT_THAT(failure.reason, HasSubstr("Frobnicate"));
}

TEST_P(Answers, answer_wrong_requests_with_a_failure_and_live_on) {
  const nlohmann::json wrong[] = {
      {{"type", "no such type"}},
      {{"type", "run"}, {"sessions", {99}}, {"count", 1}},
      {{"type", "run"}},
      {{"type", "bind"}, {"session", "one"}, {"inputs", 3}},
      {{"type", "load"}, {"request", nullptr}},
      {{"type", "open"}},
      {{"type", "facts"}},
  };
  for (const auto& message : wrong) {
    const Failure failure = subject.failure(message);
    EXPECT_THAT(failure.outcome, testing::AnyOf(Outcome::run_failed, Outcome::load_failed))
        << message;
    EXPECT_THAT(failure.reason, Not(IsEmpty())) << message;
  }
  EXPECT_GT(subject.load(request), 0);
}

INSTANTIATE_TEST_SUITE_P(Worker, Answers, testing::ValuesIn(built_workers()), engine_name);

}  // namespace
}  // namespace assay
