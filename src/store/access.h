// SPDX-License-Identifier: MIT
// What a store is opened for.
#pragma once

namespace assay {

enum class StoreAccess { read, read_write };

}  // namespace assay
