// SPDX-License-Identifier: MIT
#include "engines/libtorch/executed.h"

#include <ATen/native/verbose_wrapper.h>
#include <ATen/record_function.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <span>

#include "base/error.h"
#include "base/files.h"
#include "engine/layer_macs.h"
#include "engines/libtorch/verbose.h"

namespace assay {
namespace {

// What oneDNN and MKL print goes to a file while this lives.
class PrintedByLibraries {
 public:
  PrintedByLibraries() {
    std::fflush(stdout);
    const int file = open(x_path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (file < 0 || dup2(file, 1) < 0) throw Error("no temporary file for the libraries' account");
    close(file);
    torch::verbose::_mkldnn_set_verbose(1);
    torch::verbose::_mkl_set_verbose(1);
  }
  ~PrintedByLibraries() {
    torch::verbose::_mkldnn_set_verbose(0);
    torch::verbose::_mkl_set_verbose(0);
    std::fflush(stdout);
    dup2(x_stdout, 1);
    close(x_stdout);
  }
  PrintedByLibraries(const PrintedByLibraries&) = delete;
  // Since the last call.
  std::string take() {
    std::fflush(stdout);
    const std::string all = read_file(x_path);
    std::string fresh = all.substr(x_taken);
    x_taken = all.size();
    return fresh;
  }

 private:
  TempDir x_folder{"assay-verbose"};
  std::string x_path = x_folder.path() / "verbose";
  int x_stdout = fcntl(1, F_DUPFD_CLOEXEC, 3);
  size_t x_taken = 0;
};

struct Operand {
  std::string precision;
  Shape shape;
};

std::string precision_of(at::ScalarType type) {
  switch (type) {
    case at::kFloat:
      return "fp32";
    case at::kBFloat16:
      return "bf16";
    case at::kHalf:
      return "fp16";
    case at::kDouble:
      return "fp64";
    case at::kChar:
    case at::kByte:
    case at::kQInt8:
    case at::kQUInt8:
      return "int8";
    default:
      return c10::toString(type);
  }
}

std::vector<Operand> tensors(std::span<const c10::IValue> values) {
  std::vector<Operand> result;
  for (const c10::IValue& value : values) {
    if (!value.isTensor() || !value.toTensor().defined()) continue;
    const at::Tensor& tensor = value.toTensor();
    result.push_back({precision_of(tensor.scalar_type()), tensor.sizes().vec()});
  }
  return result;
}

int64_t macs_of(const std::string& op, const std::vector<Operand>& in,
                const std::vector<Operand>& out) {
  const auto has = [&](const char* word) { return op.find(word) != std::string::npos; };
  if (in.size() < 2 || out.empty()) return 0;
  if (has("conv"))
    return convolution_macs(in[1].shape, has("transpose") ? in[0].shape : out[0].shape);
  if (has("attention"))
    return product_macs(in[0].shape, in[1].shape) / in[1].shape.back() * in[0].shape.at(2) * 2;
  if (has("addmm") || has("baddbmm"))
    return in.size() < 3 ? 0 : product_macs(in[1].shape, out[0].shape);
  if (has("linear") || has("matmul") || has("::mm") || has("bmm"))
    return product_macs(in[0].shape, out[0].shape);
  return 0;
}

// One operator that is running, and those that it called.
struct Running : at::ObserverContext {
  explicit Running(const at::RecordFunction& function)
      : name(function.name()), in(tensors({function.inputs().data(), function.inputs().size()})) {}
  std::string name;
  std::vector<Operand> in;
};

class Account {
 public:
  void start();
  void end(const Running& operation, const std::vector<Operand>& out);
  Facts facts() &&;

 private:
  void add_unrecorded();
  void add(LayerFact layer, const std::string& provider);

  PrintedByLibraries x_printed;
  Facts x_facts;
  int x_depth = 0;
  std::string x_innermost;
};

// What a library printed since the last operator ended ran outside of any: operators that the
// interpreter itself executes (prim::mkldnn_convolution) have no record.
void Account::start() {
  if (x_depth++ == 0) add_unrecorded();
}

void Account::add_unrecorded() {
  for (const Primitive& primitive : primitives(x_printed.take())) {
    LayerFact layer;
    layer.op = primitive.op;
    layer.precision = primitive.precision;
    layer.kernel = primitive.kernel;
    layer.macs = primitive.macs;
    add(std::move(layer), primitive.library);
  }
}

void Account::end(const Running& operation, const std::vector<Operand>& out) {
  if (x_innermost.empty()) x_innermost = operation.name;
  if (--x_depth > 0) return;
  const auto inside = primitives(x_printed.take());
  LayerFact layer;
  layer.op = operation.name.substr(operation.name.rfind(':') + 1);
  layer.kernel = x_innermost;
  layer.macs = macs_of(operation.name, operation.in, out);
  const auto& operands = operation.in.empty() ? out : operation.in;
  if (!operands.empty()) layer.precision = operands[0].precision;
  if (!inside.empty()) {
    layer.precision = inside.back().precision;
    layer.kernel = inside.back().kernel;
  }
  add(std::move(layer), inside.empty() ? "ATen" : inside.back().library);
  x_innermost.clear();
}

void Account::add(LayerFact layer, const std::string& provider) {
  layer.name = fmt::format("{}_{}", layer.op, x_facts.layers.size());
  x_facts.layers.push_back(std::move(layer));
  x_facts.providers[provider] += 1;
}

Facts Account::facts() && {
  add_unrecorded();
  for (auto& [provider, share] : x_facts.providers)
    share /= static_cast<double>(x_facts.layers.size());
  return std::move(x_facts);
}

// Callbacks of record functions are plain functions: they find the account by the thread.
thread_local Account* account = nullptr;

std::unique_ptr<at::ObserverContext> on_start(const at::RecordFunction& function) {
  account->start();
  return std::make_unique<Running>(function);
}

void on_end(const at::RecordFunction& function, at::ObserverContext* context) {
  account->end(static_cast<const Running&>(*context), tensors(function.outputs()));
}

class Attached {
 public:
  explicit Attached(Account& current) { account = &current; }
  ~Attached() {
    at::removeCallback(x_handle);
    account = nullptr;
  }
  Attached(const Attached&) = delete;

 private:
  at::CallbackHandle x_handle =
      at::addThreadLocalCallback(at::RecordFunctionCallback(on_start, on_end)
                                     .needsInputs(true)
                                     .needsOutputs(true)
                                     .scopes({at::RecordScope::FUNCTION}));
};

}  // namespace

Facts facts_of_run(const std::function<void()>& run) {
  Account current;
  {
    const Attached attached(current);
    run();
  }
  return std::move(current).facts();
}

}  // namespace assay
