// SPDX-License-Identifier: MIT
#include "labelled_series.h"

#include <algorithm>
#include <functional>
#include <numbers>

namespace assay::calibration {
namespace {

using Noise = std::function<double()>;        // around 1
using Shape = std::function<double(double)>;  // relative level at a position in [0, 1)

struct Drawn {
  size_t count;
  double scale;   // of the noise
  double effect;  // relative size of what changes
};

Noise with_outliers(Noise noise, Random& random) {
  const double share = log_uniform(random, 0.001, 0.03);
  return [=, &random] { return noise() * (chance(random, share) ? uniform(random, 1.5, 12) : 1); };
}

Noise draw_noise(double scale, Random& random) {
  Noise noise = [=, &random] { return 1 + scale * gauss(random); };
  switch (pick(random, 6)) {
    case 0:  // a skewed tail
      noise = [=, &random] { return 1 + scale * std::exp(1.1 * gauss(random)); };
      break;
    case 1:  // Student's t with 3 degrees of freedom
      noise = [=, &random] { return 1 + scale * std::student_t_distribution<double>(3)(random); };
      break;
    case 2: {  // neighbours alike
      const double rho = uniform(random, 0.2, 0.7);
      noise = [=, &random, state = gauss(random)]() mutable {
        state = rho * state + std::sqrt(1 - rho * rho) * gauss(random);
        return 1 + scale * state;
      };
      break;
    }
    case 3: {  // two modes in random order
      const double share = uniform(random, 0.1, 0.4);
      noise = [=, &random] {
        return 1 + scale * (gauss(random) / 2 + (chance(random, share) ? 2 : 0));
      };
      break;
    }
    default:
      break;
  }
  return chance(random, 0.3) ? with_outliers(std::move(noise), random) : noise;
}

Shape jumps(const Drawn& drawn, Random& random) {
  std::vector<double> ends, levels;
  for (double end = 0; end < 1;) {
    end += uniform(random, 0.04, 0.16);
    ends.push_back(end);
    double level = 0;
    do {
      level = 1 + drawn.effect * uniform(random, 0, 3);
    } while (!levels.empty() && std::fabs(level - levels.back()) < 0.5 * drawn.effect);
    levels.push_back(level);
  }
  return [=](double t) {
    return levels[static_cast<size_t>(std::ranges::upper_bound(ends, t) - ends.begin())];
  };
}

Shape wave(const Drawn& drawn, Random& random, const Shape& form) {
  const double most = std::min(60.0, static_cast<double>(drawn.count) / 12);
  const double periods = log_uniform(random, 5, most);
  const double phase = uniform(random, 0, 1);
  return [=](double t) { return 1 + drawn.effect * form(std::fmod(periods * t + phase, 1)); };
}

// Brownian, a step for each sample, on logarithms.
Shape random_walk(const Drawn& drawn, Random& random) {
  std::vector<double> levels(drawn.count);
  double state = 0;
  for (double& level : levels) {
    level = std::exp(std::min(1.0, 2 * drawn.effect) * state);
    state += gauss(random) / std::sqrt(static_cast<double>(drawn.count));
  }
  return [levels = std::move(levels)](double t) {
    const auto at = static_cast<size_t>(t * static_cast<double>(levels.size()) + 0.5);
    return levels[std::min(at, levels.size() - 1)];
  };
}

// Short, and each at least four blocks of the analysis long.
Shape periodic_spikes(const Drawn& drawn, Random& random) {
  const double share = uniform(random, 0.06, 0.25);
  const double blocks = std::min(static_cast<double>(drawn.count), 384.0);
  const double periods = log_uniform(random, 5, std::max(6.0, share * blocks / 4));
  const double phase = uniform(random, 0, 1);
  return [=, effect = drawn.effect](double t) {
    return std::fmod(periods * t + phase, 1) < share ? 1 + 2 * effect : 1;
  };
}

// Every so many samples one that takes far longer: what a median is there for.
Shape periodic_stalls(const Drawn& drawn, Random& random) {
  const int period = 10 + pick(random, 60), first = pick(random, period);
  const double factor = uniform(random, 1.5, 10), count = static_cast<double>(drawn.count);
  return [=](double t) { return std::lround(t * count) % period == first ? factor : 1; };
}

// One to three stretches of the middle, together less than a tenth.
Shape bursts_of_outliers(const Drawn& drawn, Random& random) {
  struct Burst {
    double begin, end, factor;
  };
  std::vector<Burst> bursts(static_cast<size_t>(1 + pick(random, 3)));
  for (Burst& burst : bursts) {
    const double begin = uniform(random, 0.05, 0.88), length = uniform(random, 0.002, 0.03);
    burst = {begin, begin + length, 1 + drawn.effect * uniform(random, 1, 4)};
  }
  return [=](double t) {
    double factor = 1;
    for (const Burst& burst : bursts)
      if (t >= burst.begin && t < burst.end) factor = burst.factor;
    return factor;
  };
}

struct Kind {
  Family family;
  Shape (*draw)(const Drawn&, Random&);
};

Shape stepped(double where, double first, double then) {
  return [=](double t) { return t < where ? first : then; };
}

const Kind kKinds[] = {
    {{"flat", SteadyVerdict::flat},
     [](const Drawn&, Random&) { return Shape([](double) { return 1.0; }); }},
    {{"flat, with periodic stalls", SteadyVerdict::flat}, periodic_stalls},
    {{"flat, with bursts of outliers", SteadyVerdict::flat}, bursts_of_outliers},
    {{"warm-up: one step", SteadyVerdict::warmup},
     [](const Drawn& d, Random& r) { return stepped(uniform(r, 0.03, 0.65), 1 + d.effect, 1); }},
    {{"warm-up: two steps", SteadyVerdict::warmup},
     [](const Drawn& d, Random& r) {
       const double first = uniform(r, 0.05, 0.2), then = first + uniform(r, 0.1, 0.3);
       return Shape([=](double t) { return 1 + d.effect * (t < first ? 2 : t < then ? 1 : 0); });
     }},
    {{"warm-up: decay", SteadyVerdict::warmup},
     [](const Drawn& d, Random& r) {
       const double time = log_uniform(r, 0.01, 0.15);
       return Shape([=](double t) { return 1 + 2 * d.effect * std::exp(-t / time); });
     }},
    {{"warm-up: ramp", SteadyVerdict::warmup},
     [](const Drawn& d, Random& r) {
       const double end = uniform(r, 0.1, 0.5);
       return Shape([=](double t) { return 1 + 2 * d.effect * std::max(0.0, 1 - t / end); });
     }},
    {{"slow-down: one step", SteadyVerdict::slowdown},
     [](const Drawn& d, Random& r) { return stepped(uniform(r, 0.03, 0.65), 1, 1 + d.effect); }},
    {{"slow-down: ramp", SteadyVerdict::slowdown},
     [](const Drawn& d, Random& r) {
       const double begin = uniform(r, 0, 0.3), end = begin + uniform(r, 0.05, 0.3);
       return Shape([=](double t) {
         return 1 + 2 * d.effect * std::clamp((t - begin) / (end - begin), 0.0, 1.0);
       });
     }},
    {{"slow-down: saturating", SteadyVerdict::slowdown},
     [](const Drawn& d, Random& r) {
       const double time = log_uniform(r, 0.02, 0.15);
       return Shape([=](double t) { return 1 + 2 * d.effect * (1 - std::exp(-t / time)); });
     }},
    {{"cyclic: sine", SteadyVerdict::cyclic},
     [](const Drawn& d, Random& r) {
       return wave(d, r, [](double x) { return std::sin(2 * std::numbers::pi * x); });
     }},
    {{"cyclic: square", SteadyVerdict::cyclic},
     [](const Drawn& d, Random& r) {
       const double duty = uniform(r, 0.25, 0.75);
       return wave(d, r, [=](double x) { return x < duty ? 1.0 : 0.0; });
     }},
    {{"cyclic: sawtooth", SteadyVerdict::cyclic},
     [](const Drawn& d, Random& r) { return wave(d, r, [](double x) { return 2 * x; }); }},
    {{"cyclic: spikes", SteadyVerdict::cyclic}, periodic_spikes},
    {{"drift: line", SteadyVerdict::drifting},
     [](const Drawn& d, Random& r) {
       const double slope = chance(r, 0.5) ? 2 * d.effect : -2 * d.effect / (1 + 2 * d.effect);
       return Shape([=](double t) { return 1 + slope * t; });
     }},
    {{"drift: curve", SteadyVerdict::drifting},
     [](const Drawn& d, Random& r) {
       const double power = uniform(r, 0.7, 2);
       return Shape([=](double t) { return 1 + 2 * d.effect * std::pow(t, power); });
     }},
    {{"drift after a flat part", SteadyVerdict::drifting},
     [](const Drawn& d, Random& r) {
       const double begin = uniform(r, 0.1, 0.5);
       return Shape(
           [=](double t) { return 1 + 2 * d.effect * std::max(0.0, (t - begin) / (1 - begin)); });
     }},
    {{"none: random levels", SteadyVerdict::none}, jumps},
    {{"none: a random walk", SteadyVerdict::none}, random_walk},
    {{"none: a late change", SteadyVerdict::none},
     [](const Drawn& d, Random& r) {
       const double where = uniform(r, 0.82, 0.93);
       return chance(r, 0.5) ? stepped(where, 1, 1 + d.effect) : stepped(where, 1 + d.effect, 1);
     }},
};

}  // namespace

std::span<const Family> families() {
  static const std::vector<Family> kFamilies = [] {
    std::vector<Family> all;
    for (const Kind& kind : kKinds) all.push_back(kind.family);
    return all;
  }();
  return kFamilies;
}

std::vector<double> draw_labelled(size_t index, Random& random, size_t count) {
  if (count == 0) count = static_cast<size_t>(log_uniform(random, 80, 20'000));
  Drawn drawn{count, log_uniform(random, 0.001, 0.05), 0};
  // Down to what is seen: a share of the deviation that shrinks with the length.
  const double near = drawn.scale * std::max(1.5, 60 / std::sqrt(static_cast<double>(count)));
  drawn.effect = log_uniform(random, std::max(0.03, near), std::max(1.0, 2 * near));
  const Shape shape = kKinds[index].draw(drawn, random);
  const Noise noise = draw_noise(drawn.scale, random);
  const double level = log_uniform(random, 1e4, 1e8);
  std::vector<double> samples(count);
  for (size_t i = 0; i < count; ++i)
    samples[i] = std::max(
        1.0,
        std::round(level * shape(static_cast<double>(i) / static_cast<double>(count)) * noise()));
  return samples;
}

}  // namespace assay::calibration
