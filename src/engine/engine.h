// SPDX-License-Identifier: MIT
// The interfaces that an inference engine implements, in its own executable (engines/<name>/).
// serve() owns the timed loop, the protocol and every exception; an adapter has no statistics, no
// flags and no output.
//
// Failures: throw Unsupported for what the engine or device cannot do (outcome `unsupported`),
// std::bad_alloc for memory (`out_of_memory`), anything else derived from std::exception for the
// rest: serve() turns it into `load_failed` or `run_failed` by what was going on.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "graph/tensor.h"
#include "record/measurement.h"

namespace assay {

struct Unsupported : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// One option that an engine declares; the host checks and spell-checks values by it.
struct OptionInfo {
  std::string name{};  // without the engine's prefix
  std::string type{};  // "int", "float", "bool", "string"; "choice" with `choices`
  std::string default_value{};
  std::string help{};                  // one sentence
  std::vector<std::string> choices{};  // for "choice"
  // For what the engine's libraries read when they are loaded: the host starts the worker with this
  // variable set to the value, unless that is the default.
  std::string environment{};
};

// How an engine serves as the referee of other engines' outputs: at fp32, as plainly as it can.
struct RefereeInfo {
  int rank = 0;                                  // the lowest is asked first; 0: it is no referee
  std::map<std::string, std::string> options{};  // on top of the defaults
  std::string words{};                           // "fp32, optimizations off"
};

// Members have initializers so that an adapter may name only what it has.
struct EngineInfo {
  std::string name{};
  std::string version{};
  std::string host = "c++";               // "python" for engines hosted by the Python worker
  std::vector<std::string> devices{};     // what is here now: {"cpu"}
  std::vector<std::string> precisions{};  // what the engine executes on this CPU
  std::vector<OptionInfo> options{};
  std::vector<std::string> formats{};  // files it loads: {"onnx"}
  bool synthetic = false;              // computes nothing: its output is not checked
  bool on_request = false;             // measured only when named: "all" leaves it out
  RefereeInfo referee{};
};

struct LoadRequest {
  std::string path;             // model file, in one of info().formats
  Configuration configuration;  // device, precision, threads, options, input shapes
};

// Where one input or output of a session lives. The memory belongs to the caller and stays until
// the session ends or is bound again; engines read and write it in place.
struct Binding {
  std::string name;
  DType dtype = DType::undefined;
  Shape shape;
  std::span<std::byte> bytes;
};

// Sessions of one program may run at once, each on a thread of its own; a program that cannot have
// that throws Unsupported from its second open(). On devices other than the CPU, bind() moves the
// inputs there and outputs() brings the outputs back; on the CPU memory is used in place where the
// engine can.
class Session {
 public:
  virtual ~Session() = default;
  // Outputs appear in `outputs()` after this; may be called again with other memory of the same
  // shapes.
  virtual void bind(std::span<const Binding> inputs) = 0;
  // One inference; returns when it is computed.
  virtual void run() = 0;
  // Valid until the next run() or bind().
  virtual std::vector<Binding> outputs() = 0;
};

class Program {
 public:
  virtual ~Program() = default;
  virtual std::unique_ptr<Session> open() = 0;
  // What really runs, as far as the engine says. May be slow (a separate profiled run); called
  // outside of timing.
  virtual Facts facts() { return {}; }
};

class Engine {
 public:
  virtual ~Engine() = default;
  virtual EngineInfo info() = 0;
  // Why not, in one sentence, where the engine knows more than info() declares (serve() itself
  // checks device, precision and options by info()); nothing when it can be tried. Does not load.
  virtual std::optional<std::string> supports(const LoadRequest&) { return std::nullopt; }
  virtual std::unique_ptr<Program> load(const LoadRequest& request) = 0;
};

// Worker's whole main: `int main() { return assay::serve(assay::NullEngine()); }`. Speaks the
// protocol of docs/wire-protocol.md on descriptors 0 and 1 (1 then points to 2 and 0 to nothing, so
// prints of the engine never meet it), ends at end of file and when the host dies. Returns the exit
// status: 0 at end of file, 3 after rubbish or a broken wire.
int serve(Engine&& engine);

// The same on given descriptors, without touching the process: for tests.
int serve_on(Engine& engine, int in, int out);

}  // namespace assay
