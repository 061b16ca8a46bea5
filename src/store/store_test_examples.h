// SPDX-License-Identifier: MIT
// Records with every kind of field set, and a way to do something in a process of its own, for the
// store's tests.
#pragma once

#include <functional>
#include <string>

#include "record/measurement.h"

namespace assay {

Measurement example_measurement(const std::string& id, const std::string& context_id = "C1");
Context example_context(const std::string& id = "C1");

// Runs `act` in a forked process, as a user without privileges when `unprivileged` (which needs
// root to mean anything), and returns its error_of().
std::string sentence_of_child(const std::function<void()>& act, bool unprivileged = false);
// The same for several at once: what it returns waits for the child. Forked by the calling thread,
// which must be the only one: a child of several may find the allocator locked for ever.
std::function<std::string()> start_child(const std::function<void()>& act,
                                         bool unprivileged = false);

}  // namespace assay
