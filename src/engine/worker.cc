// SPDX-License-Identifier: MIT
#include "engine/worker.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <new>

#include "base/clock.h"
#include "base/error.h"
#include "base/files.h"
#include "engine/layer_macs.h"
#include "engine/options.h"
#include "engine/steering.h"
#include "engine/timed_loop.h"
#include "engine/usage.h"
#include "engine/wire.h"

namespace assay {
namespace {

using nlohmann::json;

// An engine's words may have many lines; a reason is one.
std::string one_line(const std::string& words) {
  std::string line;
  for (const char c : words) {
    const bool space = c >= 0 && c <= ' ';
    if (!space) line += c;
    if (space && !line.empty() && line.back() != ' ') line += ' ';
  }
  return printable(std::move(line));
}

json failure(Outcome outcome, const std::string& reason) {
  return {{"ok", false}, {"outcome", name_of(outcome)}, {"reason", one_line(reason)}};
}

// Calls `work`, with what it throws as a failed reply; `otherwise` is the outcome of an exception
// that says nothing more exact.
template <typename Work>
json guarded(Outcome otherwise, const Work& work) {
  try {
    json reply = work();
    reply["ok"] = true;
    return reply;
  } catch (const Unsupported& error) {
    return failure(Outcome::unsupported, error.what());
  } catch (const std::bad_alloc&) {
    return failure(Outcome::out_of_memory, "the engine could not allocate memory");
  } catch (const json::exception& error) {
    return failure(Outcome::run_failed, fmt::format("wrong message: {}", error.what()));
  } catch (const std::exception& error) {
    // Engines that hand errors through a C interface keep only the text of a bad_alloc.
    const bool memory = std::string_view(error.what()).find("bad_alloc") != std::string_view::npos;
    return failure(memory ? Outcome::out_of_memory : otherwise, error.what());
  } catch (...) {
    return failure(otherwise, "the engine threw something that is no std::exception");
  }
}

}  // namespace

struct Worker::Handler {
  std::string_view type;
  json (Worker::*answer)(const json&);
  Outcome otherwise;
};

json Worker::hello() {
  return guarded(Outcome::load_failed, [&] {
    x_info = x_engine.info();
    return json{{"protocol", kProtocolVersion}, {"info", x_info}};
  });
}

json Worker::answer(const json& request) {
  static constexpr Handler kHandlers[] = {
      {"supports", &Worker::supports, Outcome::run_failed},
      {"load", &Worker::load, Outcome::load_failed},
      {"open", &Worker::open, Outcome::load_failed},
      {"bind", &Worker::bind, Outcome::run_failed},
      {"run", &Worker::run, Outcome::run_failed},
      {"outputs", &Worker::outputs, Outcome::run_failed},
      {"facts", &Worker::facts, Outcome::run_failed},
      {"memory", &Worker::memory, Outcome::run_failed},
      {"unload", &Worker::unload, Outcome::run_failed},
  };
  const auto type = request.find("type");
  if (type == request.end() || !type->is_string())
    return failure(Outcome::run_failed, "wrong message: no field 'type' with a name");
  for (const Handler& handler : kHandlers)
    if (*type == handler.type)
      return guarded(handler.otherwise, [&] { return (this->*handler.answer)(request); });
  return failure(Outcome::run_failed,
                 fmt::format("wrong message: unknown type '{}'", type->get<std::string>()));
}

std::optional<std::string> Worker::why_not(const LoadRequest& request) {
  if (auto why = x_engine.supports(request)) return why;
  return lacks(x_info, request.configuration);
}

json Worker::supports(const json& request) {
  const auto why = why_not(request.at("request").get<LoadRequest>());
  return {{"why", why ? json(one_line(*why)) : json()}};
}

json Worker::load(const json& request) {
  if (x_program) throw Error("a program is loaded already: unload it first");
  const auto wanted = request.at("request").get<LoadRequest>();
  if (const auto why = why_not(wanted)) throw Unsupported(*why);
  LoadReply reply;
  reply.rss_before = rss_bytes();
  const int64_t start_ns = monotonic_ns();
  x_program = x_engine.load(wanted);
  reply.load_ns = monotonic_ns() - start_ns;
  reply.rss_after = rss_bytes();
  x_longest_burst_ns = 0;
  return reply;
}

json Worker::open(const json&) {
  x_sessions.emplace(x_next_session, program().open());
  return {{"session", x_next_session++}};
}

json Worker::bind(const json& request) {
  session(request.at("session").get<int>())
      .bind(request.at("inputs").get<std::vector<TensorFile>>(), request.value("further", false));
  return json::object();
}

json Worker::run(const json& request) {
  const auto wanted = request.get<RunRequest>();
  std::vector<OpenSession*> sessions;
  for (const int number : wanted.sessions) {
    sessions.push_back(&session(number));
    if (std::ranges::count(wanted.sessions, number) > 1)
      throw Error("session {} is named twice", number);
  }
  const RunReply reply = timed_loop(sessions, wanted, x_interrupted);
  if (reply.wall_ns > x_longest_burst_ns) {
    x_longest_burst_ns = reply.wall_ns;
    x_busy_threads = reply.busy_threads;
  }
  return reply;
}

json Worker::outputs(const json& request) {
  const std::filesystem::path folder = request.at("folder").get<std::string>();
  std::vector<TensorFile> files;
  for (const Binding& output : session(request.at("session").get<int>()).outputs()) {
    const auto path = folder / fmt::format("output_{}.raw", files.size());
    write_file(path, {reinterpret_cast<const char*>(output.bytes.data()), output.bytes.size()});
    files.push_back({output.name, output.dtype, output.shape, path.string()});
  }
  return {{"outputs", files}};
}

json Worker::facts(const json&) {
  Facts facts = program().facts();
  if (facts.precision_executed.empty()) facts.precision_executed = precision_shares(facts.layers);
  if (x_longest_burst_ns > 0) facts.threads = x_busy_threads;
  facts.environment = steering_environment();
  return {{"facts", facts}};
}

json Worker::memory(const json& request) {
  const int64_t rss = rss_bytes();
  // The kernel keeps the peak less exactly than the other one counts.
  const MemoryReply reply{rss, std::max(rss, peak_rss_bytes())};
  if (request.value("reset", false)) reset_peak_rss();
  return reply;
}

json Worker::unload(const json&) {
  x_sessions.clear();
  x_program.reset();
  return json::object();
}

Program& Worker::program() {
  if (!x_program) throw Error("no program is loaded");
  return *x_program;
}

OpenSession& Worker::session(int number) {
  const auto it = x_sessions.find(number);
  if (it == x_sessions.end()) throw Error("session {} is not open", number);
  return it->second;
}

}  // namespace assay
