// SPDX-License-Identifier: MIT
#include "engine/options.h"

#include <gmock/gmock.h>

namespace assay {
namespace {

using testing::HasSubstr;
using testing::Optional;

const EngineInfo kInfo = {
    .name = "demo",
    .version = "1",
    .devices = {"cpu"},
    .precisions = {"fp32", "bf16"},
    .options = {{"level", "choice", "all", "", {"all", "none"}},
                {"threads", "int", "3", ""},
                {"factor", "float", "0.5", ""},
                {"arena", "bool", "true", ""}},
    .formats = {"onnx"},
};

Configuration configured(const std::map<std::string, std::string>& options) {
  Configuration configuration;
  configuration.options = options;
  return configuration;
}

TEST(Options, fill_in_the_declared_defaults) {
  const Options options(kInfo.options, {{"threads", "-8"}, {"arena", "off"}});
  EXPECT_EQ(options.text("level"), "all");
  EXPECT_EQ(options.integer("threads"), -8);
  EXPECT_EQ(options.number("factor"), 0.5);
  EXPECT_FALSE(options.flag("arena"));
}

TEST(Options, refuse_values_that_do_not_fit_their_type) {
  for (const auto& [name, value] :
       std::multimap<std::string, std::string>{{"threads", "2.5"},
                                               {"threads", ""},
                                               {"threads", "99999999999999999999"},
                                               {"factor", "fast"},
                                               {"factor", "nan"},
                                               {"factor", "1e999"},
                                               {"arena", "perhaps"},
                                               {"level", "al"}})
    EXPECT_THROW(Options(kInfo.options, {{name, value}}), Unsupported) << name << "=" << value;
}

TEST(Options, that_libraries_read_at_their_start_become_variables_unless_they_are_the_default) {
  const OptionInfo declared[] = {{"wait", "choice", "brief", "", {"brief", "passive"}, "WAIT"},
                                 {"cache", "bool", "true", "", {}, "CACHE"},
                                 {"level", "int", "1", ""}};
  using Variables = std::map<std::string, std::string>;
  EXPECT_EQ(option_environment(declared, {{"wait", "passive"}, {"level", "2"}}),
            (Variables{{"WAIT", "passive"}}));
  EXPECT_EQ(option_environment(declared, {{"wait", "brief"}}), Variables());
}

TEST(Options, say_what_an_engine_lacks_and_what_it_has) {
  Configuration configuration;
  EXPECT_EQ(lacks(kInfo, configuration), std::nullopt);
  configuration.device = "cuda:0";
  EXPECT_THAT(lacks(kInfo, configuration), Optional(HasSubstr("it has cpu")));
  configuration.device = "cpu";
  configuration.precision = "int8";
  EXPECT_THAT(lacks(kInfo, configuration), Optional(HasSubstr("it executes fp32, bf16")));
}

TEST(Options, offer_the_nearest_name) {
  EXPECT_THAT(lacks(kInfo, configured({{"thread", "1"}})), Optional(HasSubstr("'threads'")));
  EXPECT_THAT(lacks(kInfo, configured({{"level", "nome"}})), Optional(HasSubstr("'none'")));
}

}  // namespace
}  // namespace assay
