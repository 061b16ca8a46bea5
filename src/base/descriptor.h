// SPDX-License-Identifier: MIT
// A file descriptor that closes itself.
#pragma once

namespace assay {

class Descriptor {
 public:
  explicit Descriptor(int number = -1) : x_number(number) {}
  ~Descriptor() { reset(); }
  Descriptor(Descriptor&& other) noexcept : x_number(other.release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    if (this != &other) reset(other.release());
    return *this;
  }
  int get() const { return x_number; }  // negative: none
  int release() {
    const int number = x_number;
    x_number = -1;
    return number;
  }
  void reset(int number = -1);

 private:
  int x_number;
};

}  // namespace assay
