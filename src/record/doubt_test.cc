// SPDX-License-Identifier: MIT
#include "record/doubt.h"

#include <gtest/gtest.h>

#include <cctype>
#include <set>

#include "record/outcome.h"

namespace assay {
namespace {

TEST(Doubt, every_name_leads_to_its_own_row) {
  std::set<std::string_view> names;
  for (const DoubtInfo& row : doubts()) {
    EXPECT_EQ(doubt_from(row.name), row.doubt) << row.name;
    EXPECT_EQ(info_of(row.doubt).name, row.name);
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
  }
  EXPECT_EQ(names.size(), static_cast<size_t>(Doubt::slowed_down) + 1);
}

TEST(Doubt, meaning_and_advice_are_one_sentence_each_and_the_advice_names_an_option_or_command) {
  for (const DoubtInfo& row : doubts()) {
    for (const std::string_view sentence : {row.meaning, row.advice}) {
      ASSERT_FALSE(sentence.empty()) << row.name;
      EXPECT_TRUE(std::isupper(static_cast<unsigned char>(sentence.front()))) << sentence;
      EXPECT_EQ(sentence.find('.'), sentence.size() - 1) << sentence;
    }
    EXPECT_TRUE(row.advice.find("--") != row.advice.npos ||
                row.advice.find("'assay ") != row.advice.npos)
        << row.name;
  }
}

TEST(Doubt, an_unknown_name_is_nothing) {
  EXPECT_EQ(doubt_from("haunted"), std::nullopt);
  EXPECT_EQ(doubt_from(""), std::nullopt);
}

TEST(Outcome, names_lead_there_and_back) {
  for (const Outcome outcome :
       {Outcome::ok, Outcome::unsupported, Outcome::load_failed, Outcome::run_failed,
        Outcome::out_of_memory, Outcome::timed_out, Outcome::crashed, Outcome::wrong_output})
    EXPECT_EQ(outcome_from(name_of(outcome)), outcome);
  EXPECT_EQ(name_of(Outcome::wrong_output), "wrong_output");
  EXPECT_EQ(outcome_from("melted"), std::nullopt);
}

}  // namespace
}  // namespace assay
