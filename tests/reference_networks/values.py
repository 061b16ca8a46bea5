# SPDX-License-Identifier: MIT
"""Loads weights of the reference implementations into our networks and compares the outputs.

Usage: values.py PROGRAM [--bianco FOLDER] [NAME...]
Needs torch, torchvision, timm, pretrainedmodels, pytorchcv, keras with tensorflow, and safetensors; for Bianco's own builds
a clone of CeLuigi/models-comparison.pytorch. What is not there is skipped and said.

Equal parameters and multiply-adds still hide a padding, an epsilon or an activation; equal outputs with random weights do
not. The error is that of the output check (docs/cli.md) over the two images of a batch, against the reference in double
precision. Prints one line for each network with the reference's own error at single precision, for deep networks with random
weights multiply what rounding does; exit status 1 when one differs by more than 1e-4 and by more than four times that.
"""
import argparse
import csv
import importlib
import importlib.util
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import torch
from safetensors.torch import save_file

TOLERANCE = 1e-4
FACTS = pathlib.Path(__file__).parents[1] / "data" / "zoo"
BIANCO = {"shufflenet_g8_bianco": ("shufflenet", "shufflenet"), "bianco/googlenet": ("googlenet", "googlenet"),
          "bianco/mobilenet_v2": ("mobilenetv2", "mobilenetv2")}


def rows():
    """(our name, source, its name there, input size) of every network that has a reference."""
    for row in csv.DictReader((FACTS / "zoo-facts.csv").open()):
        if row["model"] not in BIANCO:
            yield row["model"], row["source"], row["source_model"], int(row["input"].split("x")[-1])
    for name in BIANCO:
        yield name, "bianco", name, 224
    for row in csv.DictReader((FACTS / "keras-facts.csv").open()):
        if row["model"] in ("mobilenet_v1", "mobilenet_v2", "inception_v3"):
            yield f"keras/{row['model']}", "keras", row["source_model"], int(row["input"].split("x")[-1])


def from_folder(folder, file, function):
    if not folder:
        raise ImportError("his repository is not given (--bianco)")
    path = pathlib.Path(folder) / "pretrainedmodels" / "models" / f"{file}.py"
    spec = importlib.util.spec_from_file_location(f"bianco_{file}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return getattr(module, function)(pretrained=None)


def reference(source, name, bianco):
    if source == "bianco":
        return from_folder(bianco, *BIANCO[name])
    if source == "torchvision":
        extra = {"init_weights": False} if name in ("googlenet", "inception_v3") else {}
        return importlib.import_module("torchvision.models").get_model(name, weights=None, **extra)
    if source == "pretrainedmodels":
        return importlib.import_module("pretrainedmodels").__dict__[name](num_classes=1000, pretrained=None)
    if source == "timm":
        return importlib.import_module("timm").create_model(name, pretrained=False)
    return importlib.import_module("pytorchcv.model_provider").get_model(name, pretrained=False)


def randomize(model, image):
    """Parameters that all matter, and running statistics near those of the data, so that nothing saturates."""
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "layer_scale" in name or (name.endswith("weight") and parameter.dim() == 1):
                parameter.uniform_(0.5, 1.5)
            elif parameter.dim() == 1:
                parameter.uniform_(-0.3, 0.3)
            elif parameter.dim() in (2, 4):
                torch.nn.init.kaiming_normal_(parameter, nonlinearity="relu")
            elif not parameter.any():
                parameter.normal_(0, 0.02)
        norms = [each for each in model.modules() if isinstance(each, torch.nn.BatchNorm2d)]
        model.eval()
        for norm in norms:
            norm.momentum = 1.0
            norm.train()
        model(image)
        for norm in norms:
            norm.eval()
            norm.running_mean += 0.1 * norm.running_var.sqrt() * torch.randn_like(norm.running_mean)
            norm.running_var *= torch.empty_like(norm.running_var).uniform_(0.7, 1.4)
    return model


def outputs(program, name, weights, image, folder):
    np.save(folder / "in.npy", image.numpy())
    command = [program, "run", name, "--batch", str(len(image)), "--engine", "onnxruntime", "--weights", weights,
               "--input", folder / "in.npy", "--output", folder / "out.npy"]
    ended = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if ended.returncode != 0:
        raise LookupError(ended.stderr.strip())
    return np.load(folder / "out.npy")


def torch_case(source, name, image, bianco):
    """The tensors, and the outputs at single and at double precision."""
    model = randomize(reference(source, name, bianco), image)
    with torch.no_grad():
        single = model(image).numpy()
        tensors = {key: value.contiguous().clone() for key, value in model.state_dict().items()}
        return tensors, single, model.double()(image.double()).numpy()


def keras_tensor(layer, variable):
    """Its name and its layout in our networks."""
    names = {"gamma": "weight", "beta": "bias", "moving_mean": "running_mean", "moving_variance": "running_var"}
    value = torch.from_numpy(variable.numpy().copy())
    if value.dim() == 4:
        value = value.permute((2, 3, 0, 1) if "Depthwise" in type(layer).__name__ else (3, 2, 0, 1))
    elif value.dim() == 2:
        value = value.T
    kind = variable.name if variable.name in ("bias", *names) else "kernel"
    return f"{layer.name}.{names.get(kind, 'bias' if kind == 'bias' else 'weight')}", value.contiguous()


def keras_case(name, image):
    keras = importlib.import_module("keras")
    model = getattr(keras.applications, name)(weights=None)
    draw = np.random.default_rng(1)
    for variable in model.weights:
        shape = variable.shape
        if len(shape) > 1:
            depthwise = len(shape) == 4 and shape[3] == 1
            inputs = np.prod(shape[:2]) if depthwise else np.prod(shape[:-1])
            variable.assign(draw.normal(0, np.sqrt(2 / inputs), shape))
        else:
            around = 1 if variable.name in ("gamma", "moving_variance") else 0
            variable.assign(around + draw.uniform(-0.3, 0.3, shape))
    tensors = dict(keras_tensor(layer, variable) for layer in model.layers for variable in layer.weights)
    expected = np.asarray(model.predict(image.permute(0, 2, 3, 1).numpy(), verbose=0))
    return tensors, expected, expected


def compare(options, name, source, source_name, size):
    torch.manual_seed(1)
    image = torch.randn(2, 3, size, size)
    if source == "keras":
        tensors, single, expected = keras_case(source_name, image)
    else:
        tensors, single, expected = torch_case(source, source_name, image, options.bianco)
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        save_file(tensors, folder / "weights.safetensors")
        ours = outputs(options.program, name, folder / "weights.safetensors", image, folder)
    moves = np.abs(expected[0] - expected[1]).max()
    return [float(np.abs(each - expected).max() / moves) for each in (ours, single)] + [float(moves)]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--bianco")
    parser.add_argument("names", nargs="*")
    options = parser.parse_intermixed_args()
    failed = False
    for name, source, source_name, size in rows():
        if options.names and name not in options.names:
            continue
        try:
            error, own, moves = compare(options, name, source, source_name, size)
        except (ImportError, LookupError) as problem:
            print(f"{name:22} {problem}", flush=True)
            failed = failed or isinstance(problem, LookupError)
            continue
        differs = not error <= max(TOLERANCE, 4 * own)
        failed = failed or differs
        print(f"{name:22} {source:18} error {error:.1e}, the reference's own {own:.1e}, "
              f"output moves by {moves:.3g}{'  DIFFERS' if differs else ''}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
