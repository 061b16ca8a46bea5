// SPDX-License-Identifier: MIT
// The files of templates/, put into the program by the build (cmake/embed_templates.cmake).
#pragma once

#include <string_view>

namespace assay {

struct PageTemplates {
  std::string_view html;  // with {{placeholders}}
  std::string_view css;
  std::string_view script;  // all *.js, one after the other
};

PageTemplates page_templates();

}  // namespace assay
