// SPDX-License-Identifier: MIT
// The roof of this machine: how many multiply-adds it can do and how many bytes it can read from
// memory a second, at best, measured and not looked up. A network's arithmetic intensity and these
// two bound its speed (S. Williams, A. Waterman, D. Patterson, "Roofline", CACM 52(4), 2009).
#pragma once

#include <functional>
#include <map>
#include <string>

namespace assay {

struct Roof {
  int threads = 0;                           // each on a core of its own
  std::map<std::string, double> macs_per_s;  // by precision; see multiply_add.h
  double bytes_per_s = 0;                    // read from memory, beyond the last cache
};

// Runs for `seconds` in each precision and as long for the memory, on the first `threads` cores
// that this process may use, and takes the best round, so that other work on the machine lowers it
// only when it never pauses. Error when there are fewer cores.
Roof measure_roof(int threads, double seconds = 0.3);

// The best rate, in units a second, of `work` (units that it has done, by thread) that is done by
// all threads at once, in rounds that are as long as one call.
double best_rate(int threads, double seconds, const std::function<double(int thread)>& work);

}  // namespace assay
