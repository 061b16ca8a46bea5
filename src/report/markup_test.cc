// SPDX-License-Identifier: MIT
#include "report/markup.h"

#include <gtest/gtest.h>

namespace assay {
namespace {

TEST(Markup, text_cannot_leave_its_element_or_attribute) {
  EXPECT_EQ(html_text("<b a='1' c=\"2\">&\n"), "&lt;b a=&#39;1&#39; c=&quot;2&quot;&gt;&amp;\\n");
}

TEST(Markup, json_cannot_end_its_script_element) {
  EXPECT_EQ(json_in_script(R"(["</script><!--"])"), R"(["\u003c/script>\u003c!--"])");
}

TEST(Markup, parts_are_filled_in_once) {
  EXPECT_EQ(filled("a {{x}} b {{y}} {{x}}", {{"x", "{{y}}"}, {"y", "Y"}}), "a {{y}} b Y {{y}}");
}

TEST(MarkupDeathTest, a_placeholder_without_its_part_is_a_bug) {
  EXPECT_DEATH(filled("{{z}}", {}), "bug");
}

// echo -n 'alert(1)' | openssl dgst -sha256 -binary | base64
TEST(Markup, a_script_is_allowed_by_its_hash) {
  EXPECT_EQ(csp_hash("alert(1)"), "'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='");
}

}  // namespace
}  // namespace assay
