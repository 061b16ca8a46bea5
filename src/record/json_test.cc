// SPDX-License-Identifier: MIT
#include "record/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>

#include "base/error.h"

// RapidCheck generators of records. Strings are UTF-8, which is all that JSON can carry.
namespace rc {
namespace {

using namespace assay;

Gen<std::string> utf8() {
  static const std::vector<std::string> pieces = {"a",  "Z",  "0",    "/", " ",  "\"",
                                                  "\\", "\n", "\x01", "é", "名", "🙂"};
  return gen::map(gen::container<std::vector<std::string>>(gen::elementOf(pieces)),
                  [](const std::vector<std::string>& parts) {
                    std::string text;
                    for (const auto& part : parts) text += part;
                    return text;
                  });
}

Gen<double> finite() {
  return gen::suchThat(gen::arbitrary<double>(), [](double value) { return std::isfinite(value); });
}

template <typename T>
Gen<std::optional<T>> optional_of(Gen<T> value) {
  return gen::oneOf(gen::just(std::optional<T>()),
                    gen::map(std::move(value), [](T v) { return std::optional<T>(std::move(v)); }));
}

template <typename T>
Gen<std::map<std::string, T>> map_of(Gen<T> value) {
  return gen::container<std::map<std::string, T>>(utf8(), std::move(value));
}

template <typename T>
Gen<std::vector<T>> list_of(Gen<T> value) {
  return gen::container<std::vector<T>>(std::move(value));
}

Gen<Doubt> doubt() {
  return gen::map(gen::elementOf(std::vector<DoubtInfo>(doubts().begin(), doubts().end())),
                  [](const DoubtInfo& row) { return row.doubt; });
}

}  // namespace

template <>
struct Arbitrary<Configuration> {
  static Gen<Configuration> arbitrary() {
    return gen::build<Configuration>(
        gen::set(&Configuration::model, utf8()), gen::set(&Configuration::model_sha256, utf8()),
        gen::set(&Configuration::input, map_of(gen::arbitrary<std::vector<int64_t>>())),
        gen::set(&Configuration::engine, utf8()), gen::set(&Configuration::engine_version, utf8()),
        gen::set(&Configuration::device, utf8()), gen::set(&Configuration::precision, utf8()),
        gen::set(&Configuration::batch), gen::set(&Configuration::threads),
        gen::set(&Configuration::streams),
        gen::set(&Configuration::scenario,
                 gen::element(Scenario::single_stream, Scenario::offline, Scenario::server)),
        gen::set(&Configuration::rate_per_s, finite()), gen::set(&Configuration::idle_gap_ns),
        gen::set(&Configuration::include_transfer),
        gen::set(&Configuration::options, map_of(utf8())));
  }
};

template <>
struct Arbitrary<LayerFact> {
  static Gen<LayerFact> arbitrary() {
    return gen::build<LayerFact>(
        gen::set(&LayerFact::name, utf8()), gen::set(&LayerFact::op, utf8()),
        gen::set(&LayerFact::precision, utf8()), gen::set(&LayerFact::kernel, utf8()),
        gen::set(&LayerFact::originals, list_of(utf8())), gen::set(&LayerFact::macs));
  }
};

template <>
struct Arbitrary<Facts> {
  static Gen<Facts> arbitrary() {
    return gen::build<Facts>(
        gen::set(&Facts::threads, optional_of(gen::arbitrary<int>())),
        gen::set(&Facts::cpu_seconds, optional_of(finite())),
        gen::set(&Facts::wall_seconds, optional_of(finite())),
        gen::set(&Facts::precision_executed, map_of(finite())),
        gen::set(&Facts::providers, map_of(finite())), gen::set(&Facts::layers),
        gen::set(&Facts::environment, map_of(utf8())), gen::set(&Facts::notes, map_of(utf8())));
  }
};

template <>
struct Arbitrary<ProcessSamples> {
  static Gen<ProcessSamples> arbitrary() {
    return gen::build<ProcessSamples>(
        gen::set(&ProcessSamples::warmup_ns), gen::set(&ProcessSamples::latency_ns),
        gen::set(&ProcessSamples::burst_sizes), gen::set(&ProcessSamples::steady_begin),
        gen::set(&ProcessSamples::load_seconds, finite()),
        gen::set(&ProcessSamples::first_run_ms, finite()),
        gen::set(&ProcessSamples::cpu_seconds, finite()),
        gen::set(&ProcessSamples::wall_seconds, finite()),
        gen::set(&ProcessSamples::service_seconds, finite()), gen::set(&ProcessSamples::unserved),
        gen::set(&ProcessSamples::peak_rss_bytes), gen::set(&ProcessSamples::load_rss_bytes),
        gen::set(&ProcessSamples::empty_rss_bytes));
  }
};

template <>
struct Arbitrary<CiTarget> {
  static Gen<CiTarget> arbitrary() {
    return gen::build<CiTarget>(gen::set(&CiTarget::asked, finite()),
                                gen::set(&CiTarget::reached, optional_of(finite())),
                                gen::set(&CiTarget::reason, utf8()));
  }
};

template <>
struct Arbitrary<OutputCheck> {
  static Gen<OutputCheck> arbitrary() {
    return gen::build<OutputCheck>(
        gen::set(&OutputCheck::reference, utf8()), gen::set(&OutputCheck::error, finite()),
        gen::set(&OutputCheck::tolerance, finite()), gen::set(&OutputCheck::passed));
  }
};

template <>
struct Arbitrary<ModelCost> {
  static Gen<ModelCost> arbitrary() {
    return gen::build<ModelCost>(gen::set(&ModelCost::parameters), gen::set(&ModelCost::macs),
                                 gen::set(&ModelCost::activations),
                                 gen::set(&ModelCost::peak_activation_bytes));
  }
};

template <>
struct Arbitrary<Measurement> {
  static Gen<Measurement> arbitrary() {
    return gen::scale(
        0.2, gen::build<Measurement>(
                 gen::set(&Measurement::id, utf8()), gen::set(&Measurement::context_id, utf8()),
                 gen::set(&Measurement::started_at, utf8()), gen::set(&Measurement::configuration),
                 gen::set(&Measurement::outcome,
                          gen::element(Outcome::ok, Outcome::crashed, Outcome::wrong_output)),
                 gen::set(&Measurement::reason, utf8()),
                 gen::set(&Measurement::doubts, list_of(doubt())),
                 gen::set(&Measurement::processes), gen::set(&Measurement::steady_state, utf8()),
                 gen::set(&Measurement::ci_target, optional_of(gen::arbitrary<CiTarget>())),
                 gen::set(&Measurement::output_check, optional_of(gen::arbitrary<OutputCheck>())),
                 gen::set(&Measurement::cost, optional_of(gen::arbitrary<ModelCost>())),
                 gen::set(&Measurement::artifact_bytes, optional_of(gen::arbitrary<int64_t>())),
                 gen::set(&Measurement::facts), gen::set(&Measurement::synthetic),
                 gen::set(&Measurement::command, utf8())));
  }
};

template <>
struct Arbitrary<Context> {
  static Gen<Context> arbitrary() {
    return gen::build<Context>(
        gen::set(&Context::id, utf8()), gen::set(&Context::date, utf8()),
        gen::set(&Context::host, utf8()), gen::set(&Context::machine_fingerprint, utf8()),
        gen::set(&Context::cpu, utf8()), gen::set(&Context::cores_usable),
        gen::set(&Context::memory_bytes), gen::set(&Context::kernel, utf8()),
        gen::set(&Context::assay_version, utf8()), gen::set(&Context::engines, map_of(utf8())),
        gen::set(&Context::doubts, list_of(doubt())));
  }
};

}  // namespace rc

namespace assay {
namespace {

using Json = nlohmann::json;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

template <typename T>
T through_text(const T& value) {
  return Json::parse(to_text(value)).template get<T>();
}

template <typename T>
T through_cbor(const T& value) {
  return Json::from_cbor(Json::to_cbor(Json(value))).template get<T>();
}

RC_GTEST_PROP(Json, any_measurement_comes_back_equal_from_text_and_cbor, ()) {
  const auto value = *rc::gen::arbitrary<Measurement>();
  RC_ASSERT(through_text(value) == value);
  RC_ASSERT(through_cbor(value) == value);
}

RC_GTEST_PROP(Json, any_context_comes_back_equal_from_text_and_cbor, ()) {
  const auto value = *rc::gen::arbitrary<Context>();
  RC_ASSERT(through_text(value) == value);
  RC_ASSERT(through_cbor(value) == value);
}

RC_GTEST_PROP(Json, configurations_are_equal_exactly_when_their_ids_are, ()) {
  const auto a = *rc::gen::arbitrary<Configuration>();
  const auto b = *rc::gen::arbitrary<Configuration>();
  RC_ASSERT((a == b) == (configuration_id(a) == configuration_id(b)));
  RC_ASSERT(configuration_id(a) == configuration_id(through_text(a)));
}

TEST(Json, the_id_of_a_configuration_never_changes) {
  Configuration configuration;
  configuration.model = "resnet18";
  configuration.input["x"] = {1, 3, 224, 224};
  configuration.engine = "null";
  EXPECT_EQ(
      to_text(configuration),
      R"({"batch":1,"device":"cpu","engine":"null","engine_version":"",)"
      R"("fresh_inputs":false,"idle_gap_ns":0,"include_transfer":false,"input":{"x":[1,3,224,224]},"model":"resnet18",)"
      R"("model_sha256":"","options":{},"precision":"fp32","rate_per_s":0.0,)"
      R"("scenario":"single_stream","streams":1,"threads":1})");
  EXPECT_EQ(configuration_id(configuration), "5249635335630dda");
}

TEST(Json, every_field_of_a_configuration_changes_its_id) {
  const Configuration original;
  const Json fields = original;
  for (const auto& [key, value] : fields.items()) {
    Json changed = fields;
    if (value.is_string()) changed[key] = value.get<std::string>() + "x";
    if (key == "scenario") changed[key] = "server";
    if (value.is_boolean()) changed[key] = !value.get<bool>();
    if (value.is_number()) changed[key] = value.get<int>() + 1;
    if (value.is_object() && key == "input") changed[key] = {{"x", {1}}};
    if (value.is_object() && key == "options") changed[key] = {{"x", "1"}};
    EXPECT_NE(configuration_id(changed.get<Configuration>()), configuration_id(original)) << key;
  }
  EXPECT_EQ(fields.size(), 16u);
}

TEST(Json, unknown_keys_are_ignored_and_missing_ones_keep_their_default) {
  const auto value = Json::parse(R"({"batch": 8, "of_next_year": {"a": 1}})").get<Configuration>();
  Configuration expected;
  expected.batch = 8;
  EXPECT_EQ(value, expected);
}

TEST(Json, what_was_not_measured_is_null_and_stays_so) {
  const Json json = Measurement{};
  EXPECT_TRUE(json.at("output_check").is_null());
  EXPECT_TRUE(json.at("artifact_bytes").is_null());
  EXPECT_TRUE(json.at("facts").at("cpu_seconds").is_null());
  EXPECT_EQ(json.get<Measurement>().facts.cpu_seconds, std::nullopt);
}

TEST(Json, not_a_number_survives_as_not_a_number) {
  OutputCheck check;
  check.error = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(std::isnan(through_text(check).error));
  EXPECT_TRUE(std::isnan(through_cbor(check).error));
}

TEST(Json, bytes_that_are_not_utf8_never_stop_a_record_from_being_written) {
  Measurement value;
  value.reason = "the engine said \xff\xfe";
  EXPECT_EQ(through_text(value).reason, "the engine said \uFFFD\uFFFD");
}

void expect_refused(const char* text, const char* sentence) {
  EXPECT_THAT([&] { return Json::parse(text).get<Measurement>(); },
              ThrowsMessage<Error>(HasSubstr(sentence)))
      << text;
}

TEST(Json, wrong_types_are_refused_and_the_key_is_named) {
  expect_refused("[]", "a record is not a JSON object");
  expect_refused(R"({"id": 1})", "the record's 'id' is not a string");
  expect_refused(R"({"processes": {}})", "the record's 'processes' is not a list");
  expect_refused(R"({"synthetic": 1})", "the record's 'synthetic' is not a boolean");
  expect_refused(R"({"facts": {"providers": {"cpu": "all"}}})", "'providers' is not a number");
  expect_refused(R"({"facts": {"notes": []}})", "the record's 'notes' is not an object");
}

TEST(Json, integers_out_of_range_are_refused_instead_of_wrapped) {
  expect_refused(R"({"configuration": {"threads": 4294967297}})", "'threads' is not an integer in");
  expect_refused(R"({"artifact_bytes": 18446744073709551615})", "is not an integer in range");
  expect_refused(R"({"artifact_bytes": 1e300})", "'artifact_bytes' is not an integer");
  expect_refused(R"({"configuration": {"batch": 1.5}})", "the record's 'batch' is not an integer");
}

TEST(Json, outcomes_and_doubts_of_a_newer_version_are_named) {
  expect_refused(R"({"outcome": "melted"})", "'outcome' is 'melted', which this version");
  expect_refused(R"({"doubts": ["noisy", "haunted"]})", "'doubts' has 'haunted', which");
}

}  // namespace
}  // namespace assay
