// SPDX-License-Identifier: MIT
// A page in which a program keeps a part up to date: the lines between two markers.
#pragma once

#include <string>
#include <string_view>

namespace assay::calibration {

// The page with `part` between the lines "<!-- calibration NAME -->" and "<!-- end -->" that follow
// each other. Error when the page lacks them.
std::string with_part(const std::string& page, std::string_view name, std::string_view part);

}  // namespace assay::calibration
