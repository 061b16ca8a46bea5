// SPDX-License-Identifier: MIT
#include "base/hash.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>
#include <vector>

#include "base/error.h"

namespace assay {
namespace {

class Sha256 {
 public:
  Sha256() : x_context(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
    ASSAY_CHECK(x_context && EVP_DigestInit_ex(x_context.get(), EVP_sha256(), nullptr) == 1);
  }
  void add(const void* data, size_t size) {
    ASSAY_CHECK(EVP_DigestUpdate(x_context.get(), data, size) == 1);
  }
  std::string hex() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int length = 0;
    ASSAY_CHECK(EVP_DigestFinal_ex(x_context.get(), digest.data(), &length) == 1);
    std::string text;
    for (unsigned int i = 0; i < length; ++i) text += fmt::format("{:02x}", digest[i]);
    return text;
  }

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> x_context;
};

}  // namespace

std::string sha256(std::span<const std::byte> bytes) {
  Sha256 hash;
  hash.add(bytes.data(), bytes.size());
  return hash.hex();
}

std::string sha256(std::string_view text) {
  return sha256(std::as_bytes(std::span(text.data(), text.size())));
}

std::string sha256_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Error("cannot read '{}': {}", path.string(), std::strerror(errno));
  Sha256 hash;
  std::vector<char> buffer(1 << 20);
  while (file.read(buffer.data(), static_cast<std::streamsize>(buffer.size())) || file.gcount() > 0)
    hash.add(buffer.data(), static_cast<size_t>(file.gcount()));
  if (file.bad()) throw Error("cannot read '{}': {}", path.string(), std::strerror(errno));
  return hash.hex();
}

}  // namespace assay
