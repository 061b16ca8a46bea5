// SPDX-License-Identifier: MIT
#include "listing.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "report/text.h"

namespace assay {
namespace {

std::string grouped(int64_t number) {
  std::string text = fmt::format("{}", number);
  for (int64_t at = static_cast<int64_t>(text.size()) - 3; at > (number < 0 ? 1 : 0); at -= 3)
    text.insert(static_cast<size_t>(at), ",");
  return text;
}

std::string plain(const Item& value) {
  if (value.is_null()) return "";
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
  if (value.is_number_float()) return fmt::format("{:.6g}", value.get<double>());
  if (value.is_array()) {
    std::string joined;
    for (const Item& part : value) joined += (joined.empty() ? "" : " ") + plain(part);
    return joined;
  }
  return value.dump();
}

std::string shown(const Item& value) {
  if (value.is_number_integer()) return grouped(value.get<int64_t>());
  const std::string text = single_line(plain(value));
  return text.empty() ? "-" : text;
}

const Item& cell(const Item& row, const std::string& column) {
  static const Item kNothing;
  const auto found = row.find(column);
  return found == row.end() ? kNothing : *found;
}

void print_table(const std::vector<Item>& rows, const std::vector<std::string>& columns,
                 std::ostream& out) {
  std::vector<int> widths;
  std::vector<bool> right;
  for (const std::string& column : columns) {
    widths.push_back(display_width(column));
    right.push_back(!rows.empty());
    for (const Item& row : rows) {
      const Item& value = cell(row, column);
      widths.back() = std::max(widths.back(), display_width(shown(value)));
      right.back() = right.back() && (value.is_number() || value.is_null());
    }
  }
  const auto print_line = [&](const auto& text_of) {
    std::string line;
    for (size_t i = 0; i < columns.size(); ++i) {
      const std::string text = text_of(columns[i]);
      line += (i ? "  " : "") + (right[i] ? pad_left(text, widths[i]) : pad_right(text, widths[i]));
    }
    out << line.substr(0, line.find_last_not_of(' ') + 1) << '\n';
  };
  print_line([](const std::string& column) { return column; });
  for (const Item& row : rows)
    print_line([&](const std::string& column) { return shown(cell(row, column)); });
}

void print_md(const std::vector<Item>& rows, const std::vector<std::string>& columns,
              std::ostream& out) {
  out << '|';
  for (const std::string& column : columns) out << ' ' << column << " |";
  out << "\n|";
  for (size_t i = 0; i < columns.size(); ++i) out << " --- |";
  for (const Item& row : rows) {
    out << "\n|";
    for (const std::string& column : columns) {
      std::string text = shown(cell(row, column));
      for (size_t at = 0; (at = text.find('|', at)) != text.npos; at += 2) text.insert(at, "\\");
      out << ' ' << text << " |";
    }
  }
  out << '\n';
}

void print_csv(const std::vector<Item>& rows, const std::vector<std::string>& columns,
               std::ostream& out) {
  for (size_t i = 0; i < columns.size(); ++i) out << (i ? "," : "") << csv_field(columns[i]);
  out << '\n';
  for (const Item& row : rows) {
    for (size_t i = 0; i < columns.size(); ++i)
      out << (i ? "," : "") << csv_field(plain(cell(row, columns[i])));
    out << '\n';
  }
}

}  // namespace

const std::vector<std::string>& listing_formats() {
  static const std::vector<std::string> kFormats = {"table", "md", "csv", "json"};
  return kFormats;
}

void print_listing(const std::vector<Item>& rows, const std::vector<std::string>& columns,
                   const std::string& format, std::ostream& out) {
  if (format == "json")
    out << Item(rows).dump(2, ' ', false, Item::error_handler_t::replace) << '\n';
  else if (format == "csv")
    print_csv(rows, columns, out);
  else if (format == "md")
    print_md(rows, columns, out);
  else
    print_table(rows, columns, out);
}

}  // namespace assay
