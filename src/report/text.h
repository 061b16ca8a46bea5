// SPDX-License-Identifier: MIT
// Numbers and names as people read them: significant digits, bytes, counts, and text that is safe
// to put on a terminal and padded by its width there. Input strings may be anything, also not
// UTF-8.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace assay {

// `digits` significant digits without an exponent: 0.01234, 1.234, 123.4, 12345.
std::string significant(double value, int digits = 4);
// "16.55 to 16.68", with as many digits as tell the two apart; just "16.55" when seven do not.
std::string range(double low, double high);
// 1.23 k, 25.6 M, 4.09 G.
std::string si_count(double value);
// Megabytes of 10^6 bytes, as `--max-memory 500MB` means them: "412", "3.42".
std::string megabytes(int64_t bytes);

// One line of valid UTF-8 that cannot steer a terminal: control and direction characters become
// "\n", "\x1b", "\u202e"; bytes that are no UTF-8 become U+FFFD.
std::string single_line(std::string_view text);
// Columns that a single_line() takes on a terminal: wide characters 2, combining ones 0.
int display_width(std::string_view line);
// `line` cut to `width` columns, with "…" at its end where something was cut.
std::string cut(std::string_view line, int width);
// Padded with blanks to `width` columns, never cut.
std::string pad_left(std::string_view line, int width);
std::string pad_right(std::string_view line, int width);

// As RFC 4180 writes it: quoted where it has to be.
std::string csv_field(const std::string& text);

// A model as people recognize it: a path's last part, a zoo name as it is.
std::string model_label(std::string_view model);

}  // namespace assay
