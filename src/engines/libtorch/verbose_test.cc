// SPDX-License-Identifier: MIT
// Lines as PyTorch 2.15 printed them on a CPU with AVX-512.
#include "engines/libtorch/verbose.h"

#include <gmock/gmock.h>

namespace assay {
namespace {

using testing::IsEmpty;

constexpr const char* kDepthwise =
    "onednn_verbose,v1,primitive,exec,cpu,convolution,jit_dw:avx512_core,forward_training,"
    "src:f32:ap:blocked:aBcd16b::f0 wei:f32:ap:blocked:Abcde16a::f0 bia:undef::undef::: "
    "dst:f32:ap:blocked:aBcd16b::f0,attr-scratchpad:user,alg:convolution_direct,"
    "g8mb1_ic8oc8_ih16oh16kh3sh1dh0ph1_iw16ow16kw3sw1dw0pw1,0.0581055\n";
constexpr const char* kStrided =
    "onednn_verbose,v1,primitive,exec,cpu,convolution,jit_bf16:avx512_core_bf16,forward_training,"
    "src:bf16:a:blocked:abcd::f0 wei:bf16:ap:blocked:AcdB16a2b::f0 bia:undef::undef::: "
    "dst:bf16:ap:blocked:aBcd16b::f0,attr-scratchpad:user,alg:convolution_direct,"
    "mb1_ic3oc8_ih32oh16kh3sh2dh0ph1_iw32ow16kw3sw2dw0pw1,0.0229492\n";
constexpr const char* kProduct =
    "onednn_verbose,v1,primitive,exec,cpu,matmul,brg_matmul:avx512_core_bf16,undef,"
    "src:bf16::blocked:abc::f0 wei:bf16::blocked:acb::f0 dst:bf16::blocked:abc::f0,"
    "attr-scratchpad:user,,8x16x8:8x8x16,0.0429688\n";

TEST(Verbose, gives_each_primitive_its_kernel_precision_and_macs) {
  const auto found = primitives(std::string(kDepthwise) + kStrided + kProduct);
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[0].kernel, "jit_dw:avx512_core");
  EXPECT_EQ(found[0].precision, "fp32");
  EXPECT_EQ(found[0].macs, 8 * 9 * 16 * 16);
  EXPECT_EQ(found[1].precision, "bf16");
  EXPECT_EQ(found[1].macs, 3 * 8 * 9 * 16 * 16);
  EXPECT_EQ(found[2].op, "matmul");
  EXPECT_EQ(found[2].macs, 8 * 16 * 8 * 16);
}

TEST(Verbose, reads_the_products_of_mkl) {
  const auto found = primitives(
      "MKL_VERBOSE oneMKL 2024.0 Update 2 Product build 20240605 (gnu_thread)\n"
      "MKL_VERBOSE SGEMM(N,N,256,8,27,0x7f,0x56,256,0x56,27,0x7f,0x56,256) 4.46ms CNR:OFF\n"
      "MKL_VERBOSE GEMM_BF16BF16F32(T,N,16,16,8,0x7f,0x56,8,0x56,8,0x7f,0x56,16) 39.88us\n"
      "MKL_VERBOSE SGEMM_BATCH(T,N,0x7f,0x7f,0x7f,0x7f,0x7f,0x7f) 26.18us CNR:OFF\n");
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[0].macs, 256 * 8 * 27);
  EXPECT_EQ(found[0].precision, "fp32");
  EXPECT_EQ(found[1].precision, "bf16");
  EXPECT_EQ(found[2].macs, 0) << "a batch does not say its size";
}

TEST(Verbose, leaves_out_reorders_and_what_is_no_account) {
  EXPECT_THAT(primitives("onednn_verbose,v1,primitive,exec,cpu,reorder,jit:uni,undef,"
                         "src:f32::blocked:abcd::f0 dst:f32:p:blocked:aBcd16b::f0,"
                         "attr-scratchpad:user,,1x8x16x16,0.0310059\n"),
              IsEmpty());
  EXPECT_THAT(primitives("onednn_verbose,v1,info,cpu,isa:Intel AVX-512\n"), IsEmpty());
  EXPECT_THAT(primitives("exec,exec,exec\nMKL_VERBOSE \nMKL_VERBOSE (\n\n,,,,\n"), IsEmpty());
  EXPECT_THAT(primitives(""), IsEmpty());
}

}  // namespace
}  // namespace assay
