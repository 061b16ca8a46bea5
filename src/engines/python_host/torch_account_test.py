# SPDX-License-Identifier: MIT
"""What PyTorch's libraries print, as PyTorch 2.15 on a CPU with AVX-512 printed it, read back."""
import unittest

import torch_account as account

DEPTHWISE = ("onednn_verbose,v1,primitive,exec,cpu,convolution,jit_dw:avx512_core,forward_training,"
             "src:f32:ap:blocked:aBcd16b::f0 wei:f32:ap:blocked:Abcde16a::f0 bia:undef::undef::: "
             "dst:f32:ap:blocked:aBcd16b::f0,attr-scratchpad:user,alg:convolution_direct,"
             "g8mb1_ic8oc8_ih16oh16kh3sh1dh0ph1_iw16ow16kw3sw1dw0pw1,0.0581055")
STRIDED = ("onednn_verbose,v1,primitive,exec,cpu,convolution,jit_bf16:avx512_core_bf16,"
           "forward_training,src:bf16:a:blocked:abcd::f0 wei:bf16:ap:blocked:AcdB16a2b::f0 "
           "bia:undef::undef::: dst:bf16:ap:blocked:aBcd16b::f0,attr-scratchpad:user,"
           "alg:convolution_direct,mb1_ic3oc8_ih32oh16kh3sh2dh0ph1_iw32ow16kw3sw2dw0pw1,0.0229492")
PRODUCT = ("onednn_verbose,v1,primitive,exec,cpu,matmul,brg_matmul:avx512_core_bf16,undef,"
           "src:bf16::blocked:abc::f0 wei:bf16::blocked:acb::f0 dst:bf16::blocked:abc::f0,"
           "attr-scratchpad:user,,8x16x8:8x8x16,0.0429688")
REORDER = ("onednn_verbose,v1,primitive,exec,cpu,reorder,jit:uni,undef,src:f32::blocked:abcd::f0 "
           "dst:f32:p:blocked:aBcd16b::f0,attr-scratchpad:user,,1x8x16x16,0.0310059")
SGEMM = "MKL_VERBOSE SGEMM(N,N,256,8,27,0x7f,0x56,256,0x56,27,0x7f,0x56,256) 4.46ms CNR:OFF"
BATCH = "MKL_VERBOSE SGEMM_BATCH(T,N,0x7f,0x7f,0x7f,0x7f,0x7f,0x7f) 26.18us CNR:OFF"
BF16 = "MKL_VERBOSE GEMM_BF16BF16F32(T,N,16,16,8,0x7f,0x56,8,0x56,8,0x7f,0x56,16) 39.88us"
HEADER = "MKL_VERBOSE oneMKL 2024.0 Update 2 Product build 20240605 for Intel(R) 64 architecture"


class Account(unittest.TestCase):
    def test_reads_kernel_precision_and_macs_of_each_primitive(self):
        layers = account.library_layers("\n".join([DEPTHWISE, STRIDED, PRODUCT, SGEMM, BF16]))
        self.assertEqual([layer["macs"] for layer in layers],
                         [8 * 9 * 16 * 16, 3 * 8 * 9 * 16 * 16, 8 * 16 * 8 * 16, 256 * 8 * 27, 16 * 16 * 8])
        self.assertEqual([layer["precision"] for layer in layers],
                         ["fp32", "bf16", "bf16", "fp32", "bf16"])
        self.assertEqual(layers[0]["kernel"], "jit_dw:avx512_core")
        self.assertEqual(layers[3]["kernel"], "mkl:sgemm")

    def test_leaves_out_what_moves_data_and_what_is_no_account(self):
        printed = "\n".join([REORDER, HEADER, "onednn_verbose,v1,info,cpu,isa:Intel AVX-512", "", "x"])
        self.assertEqual(account.library_layers(printed), [])

    def test_a_product_in_batches_has_a_precision_and_no_size(self):
        (layer,) = account.library_layers(BATCH)
        self.assertEqual((layer["precision"], layer["macs"]), ("fp32", 0))

    def test_states_the_share_of_each_library(self):
        facts = account.facts(account.library_layers("\n".join([DEPTHWISE, STRIDED, PRODUCT, SGEMM])))
        self.assertEqual(facts["providers"], {"oneDNN": 0.75, "MKL": 0.25})
        self.assertEqual(len({layer["name"] for layer in facts["layers"]}), 4)


if __name__ == "__main__":
    unittest.main()
