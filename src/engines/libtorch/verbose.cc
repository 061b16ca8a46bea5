// SPDX-License-Identifier: MIT
#include "engines/libtorch/verbose.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <map>
#include <optional>

#include "base/names.h"

namespace assay {
namespace {

constexpr std::string_view kMkl = "MKL_VERBOSE ";

std::string precision_of(const std::string& type) {
  if (type == "f32") return "fp32";
  if (type == "f16") return "fp16";
  if (type == "s8" || type == "u8") return "int8";
  return type;  // "bf16", "tf32"
}

// "src:f32:ap:blocked:..." or "src_f32::blocked:...": the type of the first tensor.
std::string first_type(const std::string& tensors) {
  const size_t begin = tensors.find_first_of(":_") + 1;
  return tensors.substr(begin, tensors.find_first_of(":_", begin) - begin);
}

// "g8mb1_ic8oc8_ih16oh16kh3sh1dh0ph1_iw16...": letters and the number that follows them.
std::map<std::string, int64_t> sizes_of(const std::string& problem) {
  std::map<std::string, int64_t> sizes;
  for (size_t at = 0; at < problem.size();) {
    std::string name;
    while (at < problem.size() && std::isalpha(static_cast<unsigned char>(problem[at])))
      name += problem[at++];
    char* end = nullptr;
    const int64_t size = std::strtoll(problem.c_str() + at, &end, 10);
    const size_t stop = static_cast<size_t>(end - problem.c_str());
    if (!name.empty() && stop > at) sizes[name] = size;
    at = std::max(stop, at + 1);
  }
  return sizes;
}

int64_t convolution_macs(const std::string& problem) {
  const auto sizes = sizes_of(problem);
  const auto size = [&](const char* name) {
    const auto it = sizes.find(name);
    return it == sizes.end() ? 1 : std::max<int64_t>(it->second, 1);
  };
  int64_t macs = size("mb") * size("ic") * size("oc") / size("g");
  for (const char* name : {"kd", "kh", "kw", "od", "oh", "ow"}) macs *= size(name);
  return macs;
}

// "8x16x8:8x8x16": all of the left, times the columns of the right.
int64_t product_macs(const std::string& problem) {
  const auto operands = split(problem, ':');
  if (operands.size() < 2) return convolution_macs(problem);  // an inner product
  int64_t macs = 1;
  for (const std::string& size : split(operands[0], 'x')) macs *= std::atoll(size.c_str());
  return macs * std::atoll(split(operands[1], 'x').back().c_str());
}

// "onednn_verbose,v1,primitive,exec,cpu,convolution,jit:avx512_core,forward_inference,
// src:f32::blocked:abcd::f0 wei:f32:...,attr-scratchpad:user,alg:...,mb1_ic3oc8_...,0.058"
std::optional<Primitive> of_onednn(const std::string& line) {
  const auto fields = split(line, ',');
  const auto exec = std::ranges::find(fields, "exec");
  if (fields.end() - exec < 8 || exec[2] == "reorder") return std::nullopt;
  const std::string& problem = fields[fields.size() - 2];
  Primitive primitive{"oneDNN", exec[2], exec[3], precision_of(first_type(exec[5]))};
  if (primitive.op.find("convolution") != std::string::npos)
    primitive.macs = convolution_macs(problem);
  if (primitive.op == "matmul" || primitive.op == "inner_product")
    primitive.macs = product_macs(problem);
  return primitive;
}

// "MKL_VERBOSE SGEMM(N,N,256,8,27,0x7f...) 4.46ms ..."
std::optional<Primitive> of_mkl(const std::string& line) {
  const size_t open = line.find('(');
  if (open == std::string::npos || open < kMkl.size()) return std::nullopt;
  const std::string name = line.substr(kMkl.size(), open - kMkl.size());
  if (name.find("GEMM") == std::string::npos) return std::nullopt;
  const bool bf16 = name.find("BF16") != std::string::npos;
  Primitive primitive{"MKL", "matmul", name, bf16 ? "bf16" : name[0] == 'D' ? "fp64" : "fp32"};
  const auto arguments = split(line.substr(open + 1), ',');
  if (arguments.size() > 4 && name.find("BATCH") == std::string::npos)
    primitive.macs = std::atoll(arguments[2].c_str()) * std::atoll(arguments[3].c_str()) *
                     std::atoll(arguments[4].c_str());
  return primitive;
}

}  // namespace

std::vector<Primitive> primitives(std::string_view printed) {
  std::vector<Primitive> result;
  for (const std::string& line : split(printed, '\n'))
    if (auto primitive = line.starts_with(kMkl) ? of_mkl(line) : of_onednn(line))
      result.push_back(std::move(*primitive));
  return result;
}

}  // namespace assay
