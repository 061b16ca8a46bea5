// SPDX-License-Identifier: MIT
#include "graph/npy.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/files.h"

namespace assay {
namespace {

std::span<const std::byte> bytes_of(const std::string& text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

// numpy.save of numpy.array([[1, 2], [3, 4]], dtype=int8), byte for byte.
std::string numpys_own() {
  std::string header = "{'descr': '|i1', 'fortran_order': False, 'shape': (2, 2), }";
  header.append(117 - header.size(), ' ');
  return std::string("\x93NUMPY\x01\x00v\x00", 10) + header + "\n" + "\1\2\3\4";
}

TEST(Npy, reads_what_numpy_writes) {
  const Tensor tensor = parse_npy(bytes_of(numpys_own()), "x.npy");
  EXPECT_EQ(tensor.dtype, DType::i8);
  EXPECT_EQ(tensor.shape, (Shape{2, 2}));
  EXPECT_EQ(tensor.as<int8_t>()[3], 4);
}

TEST(Npy, a_written_tensor_reads_back_whatever_its_rank) {
  const TempDir folder;
  for (const Shape& shape : {Shape{}, Shape{3}, Shape{0, 5}, Shape{2, 1, 3}}) {
    std::vector<float> values(static_cast<size_t>(element_count(shape)), 1.5f);
    write_npy(make_f32(shape, values), folder.path() / "a.npy");
    const Tensor back = read_npy(folder.path() / "a.npy");
    EXPECT_EQ(back.shape, shape);
    EXPECT_EQ(std::vector<float>(back.as<float>().begin(), back.as<float>().end()), values);
  }
}

TEST(Npy, every_truncation_is_a_sentence) {
  const std::string whole = numpys_own();
  for (size_t size = 0; size < whole.size(); ++size)
    EXPECT_THROW(parse_npy(bytes_of(whole.substr(0, size)), "x.npy"), Error) << size;
}

TEST(Npy, a_header_that_ends_where_its_type_should_be_is_a_sentence) {
  std::string header = "{'fortran_order': False, 'shape': (2,), 'descr':";
  header.append(118 - header.size(), ' ');
  const std::string file = std::string("\x93NUMPY\x01\x00v\x00", 10) + header + "\1\2";
  EXPECT_THROW(parse_npy(bytes_of(file), "x.npy"), Error);
}

TEST(Npy, refuses_fortran_order_big_endian_and_impossible_shapes) {
  const auto with = [](std::string from, std::string to) {
    std::string text = numpys_own();
    text.replace(text.find(from), from.size(), to);
    return text;
  };
  EXPECT_THROW(parse_npy(bytes_of(with("False", "True ")), "x.npy"), Error);
  EXPECT_THROW(parse_npy(bytes_of(with("|i1", ">f4")), "x.npy"), Error);
  EXPECT_THROW(parse_npy(bytes_of(with("(2, 2), }", "(-2, 2), }")), "x.npy"), Error);
  EXPECT_THROW(parse_npy(bytes_of(with("(2, 2), }     ", "(9999999999, 9999999999), }")), "x.npy"),
               Error);
}

}  // namespace
}  // namespace assay
