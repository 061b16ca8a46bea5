# SPDX-License-Identifier: MIT
"""TensorFlow's own shortest program: a SavedModel, called. Usage: NETWORK.saved_model THREADS. With `save` after
NETWORK.onnx: makes that SavedModel, in the operators that a user of TensorFlow would take (NHWC, weights as variables),
with the file's weights. No line of it comes from assay's lowering."""
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import loop
import numpy
import tensorflow as tf


class Network(tf.Module):
    """The networks of direct/networks.py, from their ONNX files."""

    def __init__(self, file):
        import onnx
        super().__init__()
        graph = onnx.load(file).graph
        weights = {each.name: onnx.numpy_helper.to_array(each) for each in graph.initializer}
        self.names = graph.input[0].name, graph.output[0].name
        self.nodes = [(node.op_type, node.input[0], node.output[0], node.input[1:],
                       {each.name: onnx.helper.get_attribute_value(each) for each in node.attribute}) for node in graph.node]
        self.weights = [{name: tf.Variable(laid_out(op, weights[name], attributes), trainable=False)
                         for name in others if name in weights} for op, _, _, others, attributes in self.nodes]

    @tf.function(input_signature=[tf.TensorSpec([1, 224, 224, 3])])
    def run(self, x):
        values = {self.names[0]: x}
        for (op, first, result, others, attributes), weights in zip(self.nodes, self.weights):
            given = [weights[name] if name in weights else values[name] for name in others]
            values[result] = OPERATORS[op](values[first], given, attributes)
        return values[self.names[1]]


def laid_out(op, weight, attributes):
    if op == "Gemm" and weight.ndim == 2:
        return weight.T
    if op == "Conv" and weight.ndim == 4:
        return weight.transpose((2, 3, 0, 1) if attributes.get("group", 1) > 1 else (2, 3, 1, 0))
    return weight


def conv(x, weights, attributes):
    step, pads = attributes.get("strides", [1, 1])[0], attributes.get("pads", [0] * 4)
    if attributes.get("group", 1) > 1:
        y = tf.nn.depthwise_conv2d(x, weights[0], [1, step, step, 1], padding(step, pads))
    else:
        y = tf.nn.conv2d(x, weights[0], step, padding(step, pads))
    return tf.nn.bias_add(y, weights[1]) if len(weights) > 1 else y


def padding(step, pads):
    if not any(pads):
        return "VALID"
    return "SAME" if step == 1 else [[0, 0], [pads[0], pads[2]], [pads[1], pads[3]], [0, 0]]


def normalize(x, weights, attributes):
    return tf.compat.v1.nn.fused_batch_norm(x, *weights, epsilon=attributes["epsilon"], is_training=False)[0]


OPERATORS = {
    "Conv": conv,
    "BatchNormalization": normalize,
    "Relu": lambda x, others, attributes: tf.nn.relu(x),
    "Clip": lambda x, others, attributes: tf.nn.relu6(x),
    "Add": lambda x, others, attributes: x + others[0],
    "Concat": lambda x, others, attributes: tf.concat([x, *others], 3),
    "MaxPool": lambda x, others, attributes: tf.nn.max_pool2d(x, attributes["kernel_shape"], attributes["strides"],
                                                              padding(2, attributes["pads"])),
    "GlobalAveragePool": lambda x, others, attributes: tf.reduce_mean(x, [1, 2], keepdims=True),
    "Flatten": lambda x, others, attributes: tf.reshape(x, [1, -1]),
    "Gemm": lambda x, others, attributes: tf.matmul(x, others[0]) + others[1],
}

if sys.argv[2] == "save":
    network = Network(sys.argv[1])
    tf.saved_model.save(network, sys.argv[1].removesuffix("onnx") + "saved_model")
else:
    tf.config.threading.set_intra_op_parallelism_threads(int(sys.argv[2]))
    tf.config.threading.set_inter_op_parallelism_threads(1)
    model = tf.saved_model.load(sys.argv[1])
    x = tf.constant(numpy.random.default_rng(0).random((1, 224, 224, 3), "float32"))
    loop.time_loop(lambda: model.run(x))
