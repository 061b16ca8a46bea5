# SPDX-License-Identifier: MIT
"""The variables of src/engine/steering.h that this process has."""
import os

_PREFIXES = ("OMP_", "KMP_", "GOMP_", "MKL_", "OPENBLAS_", "ONEDNN_", "DNNL_", "TF_", "ORT_", "OV_",
             "OPENVINO_", "XNNPACK_", "TORCH_", "PYTORCH_", "TORCHINDUCTOR_", "TORCHDYNAMO_", "ATEN_")


def environment():
    return {name: value for name, value in os.environ.items() if name.startswith(_PREFIXES)}
