// SPDX-License-Identifier: MIT
#include "report/columns.h"
#include "report/renderers.h"
#include "report/text.h"

namespace assay {

void CsvRenderer::render(const Report& report, std::ostream& out) const {
  const auto chosen = columns_of(View::file);
  const auto line = [&](auto text_of) {
    for (size_t i = 0; i < chosen.size(); ++i)
      out << (i ? "," : "") << csv_field(text_of(*chosen[i]));
    out << "\r\n";
  };
  line([](const Column& column) { return std::string(column.key); });
  for (const Row& row : rows_of(report)) {
    line([&](const Column& column) { return raw_text(column.value(row)); });
  }
}

}  // namespace assay
