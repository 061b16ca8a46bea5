// SPDX-License-Identifier: MIT
// Text into HTML, safely: escaping, placeholders, and the hash by which a content security policy
// allows one inline script.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace assay {

// One line, safe as an element's content and inside a quoted attribute.
std::string html_text(std::string_view text);

// `json` as the content of a <script type="application/json">: nothing in it can end the element.
std::string json_in_script(std::string json);

// Replaces each {{name}} of `page` by its part. What a part contains is never looked at again. A
// name without a part is a bug.
std::string filled(std::string_view page, const std::map<std::string, std::string>& parts);

// "'sha256-...'" of an inline script, as https://www.w3.org/TR/CSP3/ spells it.
std::string csp_hash(std::string_view script);

}  // namespace assay
