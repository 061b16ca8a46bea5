// SPDX-License-Identifier: MIT
// The five renderers that renderer() of report.h makes; used there and in tests. Each is a pure
// function of the report and its options.
#pragma once

#include <utility>

#include "report/report.h"

namespace assay {

// Aligned UTF-8 with a legend of the doubts that occur.
class TableRenderer : public Renderer {
 public:
  explicit TableRenderer(RenderOptions options) : x_options(std::move(options)) {}
  void render(const Report& report, std::ostream& out) const override;

 private:
  RenderOptions x_options;
};

// GitHub-flavoured Markdown: one table and the doubts below it.
class MarkdownRenderer : public Renderer {
 public:
  void render(const Report& report, std::ostream& out) const override;
};

// RFC 4180: CRLF, one header of the columns' keys, raw numbers, empty for "not measured".
class CsvRenderer : public Renderer {
 public:
  void render(const Report& report, std::ostream& out) const override;
};

// The file of docs/cli.md.
class JsonRenderer : public Renderer {
 public:
  void render(const Report& report, std::ostream& out) const override;
};

// One self-contained page that asks the network for nothing.
class HtmlRenderer : public Renderer {
 public:
  explicit HtmlRenderer(RenderOptions options) : x_options(std::move(options)) {}
  void render(const Report& report, std::ostream& out) const override;

 private:
  RenderOptions x_options;
};

}  // namespace assay
