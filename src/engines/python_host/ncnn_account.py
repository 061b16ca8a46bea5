# SPDX-License-Identifier: MIT
"""ncnn's networks as text, and what of one was executed: after a run each blob still has the element
type that its layer computed in, because ncnn converts only where a layer asks for another."""
import dataclasses
import typing

PRECISIONS = {32: "fp32", 16: "bf16", 8: "int8"}
CONVOLUTIONS = ("Convolution", "ConvolutionDepthWise", "Convolution1D", "ConvolutionDepthWise1D")
TRANSPOSED = ("Deconvolution", "DeconvolutionDepthWise")


@dataclasses.dataclass
class Layer:
    type: str
    name: str
    bottoms: typing.List[str]
    tops: typing.List[str]
    params: typing.Dict[str, str]


def read_layers(path):
    """Of a .param file: a magic number, two counts, then for each layer its type, name, the numbers of
    its inputs and outputs, their names, and parameters as number=value."""
    layers = []
    with open(path, encoding="utf-8") as file:
        for line in file.readlines()[2:]:
            words = line.split()
            begin, end = 4 + int(words[2]), 4 + int(words[2]) + int(words[3])
            params = dict(word.split("=", 1) for word in words[end:] if "=" in word)
            layers.append(Layer(words[0], words[1], words[4:begin], words[begin:end], params))
    return layers


def missing(ncnn, layers):
    """The layers that ncnn does not have, each kind once."""
    return sorted({layer.type for layer in layers if ncnn.layer_to_index(layer.type) < 0})


def executed(net, layers, inputs):
    """The facts' layers, from one run that keeps every blob."""
    extractor = net.create_extractor()
    extractor.set_light_mode(False)
    for blob, mat in inputs.items():
        extractor.input(blob, mat)
    blobs = dict(inputs)
    result = []
    for layer in layers:
        if layer.type in ("Input", "Split", "MemoryData"):
            for blob in layer.tops:
                blobs.setdefault(blob, extractor.extract(blob, 1)[1])
            continue
        for blob in layer.tops:
            blobs[blob] = extractor.extract(blob, 1)[1]
        top = blobs[layer.tops[0]]
        result.append({"name": layer.name, "op": layer.type, "kernel": layer.type, "originals": [],
                       "precision": PRECISIONS.get(top.elembits(), ""),
                       "macs": macs(layer, [blobs[blob] for blob in layer.bottoms], top)})
    return result


def elements(mat):
    """Of all images, without padding."""
    return mat.w * mat.h * mat.d * mat.c * mat.elempack * mat.n


def macs(layer, bottoms, top):
    """By the sizes of the weights and of the blobs."""
    if layer.type in CONVOLUTIONS:
        return int(layer.params["6"]) * elements(top) // int(layer.params["0"])
    if layer.type in TRANSPOSED:
        first = bottoms[0]
        return int(layer.params["6"]) * first.w * first.h * first.n
    if layer.type == "InnerProduct":
        return int(layer.params["2"]) * elements(top) // int(layer.params["0"])
    if layer.type == "Gemm":
        return elements(top) * int(layer.params["9"] if layer.params.get("9") else bottoms[0].w)
    if layer.type == "MatMul":
        return elements(top) * bottoms[0].w
    return 0
