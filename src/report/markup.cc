// SPDX-License-Identifier: MIT
#include "report/markup.h"

#include <openssl/evp.h>

#include <vector>

#include "base/error.h"
#include "base/hash.h"
#include "report/text.h"

namespace assay {

std::string html_text(std::string_view text) {
  std::string safe;
  for (const char c : single_line(text)) {
    switch (c) {
      case '&':
        safe += "&amp;";
        break;
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '"':
        safe += "&quot;";
        break;
      case '\'':
        safe += "&#39;";
        break;
      default:
        safe += c;
    }
  }
  return safe;
}

std::string json_in_script(std::string json) {
  for (size_t at = 0; (at = json.find('<', at)) != std::string::npos;) {
    json.replace(at, 1, "\\u003c");
  }
  return json;
}

std::string filled(std::string_view page, const std::map<std::string, std::string>& parts) {
  std::string result;
  while (true) {
    const size_t open = page.find("{{");
    result += page.substr(0, open);
    if (open == std::string_view::npos) return result;
    const size_t close = page.find("}}", open);
    ASSAY_CHECK(close != std::string_view::npos);
    const auto part = parts.find(std::string(page.substr(open + 2, close - open - 2)));
    ASSAY_CHECK(part != parts.end());
    result += part->second;
    page.remove_prefix(close + 2);
  }
}

std::string csp_hash(std::string_view script) {
  const std::string hex = sha256(script);
  std::vector<unsigned char> digest;
  for (size_t i = 0; i < hex.size(); i += 2) {
    digest.push_back(static_cast<unsigned char>(std::stoi(hex.substr(i, 2), nullptr, 16)));
  }
  std::string base64(4 * ((digest.size() + 2) / 3) + 1, '\0');  // and the terminating zero
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(base64.data()), digest.data(),
                                     static_cast<int>(digest.size()));
  base64.resize(static_cast<size_t>(length));
  return "'sha256-" + base64 + "'";
}

}  // namespace assay
