# SPDX-License-Identifier: MIT
"""Three networks as a user of PyTorch writes them (layers and shapes of torchvision's), to compare the
engines' own shortest programs with. No line of this comes from assay's lowering: that is the point."""
import torch
from torch import nn


class Residual(nn.Module):
    def __init__(self, body, shortcut=None, end=None):
        super().__init__()
        self.body, self.shortcut = body, shortcut or nn.Identity()
        self.end = end or nn.Identity()

    def forward(self, x):
        return self.end(self.body(x) + self.shortcut(x))


class Fire(nn.Module):
    def __init__(self, inputs, squeezed, expanded):
        super().__init__()
        self.squeeze = nn.Sequential(nn.Conv2d(inputs, squeezed, 1), nn.ReLU(inplace=True))
        self.one = nn.Sequential(nn.Conv2d(squeezed, expanded, 1), nn.ReLU(inplace=True))
        self.three = nn.Sequential(nn.Conv2d(squeezed, expanded, 3, padding=1), nn.ReLU(inplace=True))

    def forward(self, x):
        x = self.squeeze(x)
        return torch.cat([self.one(x), self.three(x)], 1)


def conv(inputs, outputs, kernel, stride=1, groups=1, activation=None):
    layers = [nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False),
              nn.BatchNorm2d(outputs)]
    return nn.Sequential(*layers, *([activation(inplace=True)] if activation else []))


def resnet50():
    layers, width = [conv(3, 64, 7, 2, activation=nn.ReLU), nn.MaxPool2d(3, 2, 1)], 64
    for planes, count, stride in ((64, 3, 1), (128, 4, 2), (256, 6, 2), (512, 3, 2)):
        for block in range(count):
            step, outputs = stride if block == 0 else 1, planes * 4
            body = nn.Sequential(conv(width, planes, 1, activation=nn.ReLU),
                                 conv(planes, planes, 3, step, activation=nn.ReLU), conv(planes, outputs, 1))
            shortcut = conv(width, outputs, 1, step) if block == 0 else None
            layers.append(Residual(body, shortcut, nn.ReLU(inplace=True)))
            width = outputs
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(width, 1000))


def mobilenet_v2():
    layers, width = [conv(3, 32, 3, 2, activation=nn.ReLU6)], 32
    for expand, outputs, count, stride in ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2),
                                           (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)):
        for block in range(count):
            step, hidden = stride if block == 0 else 1, width * expand
            wider = [conv(width, hidden, 1, activation=nn.ReLU6)] if expand > 1 else []
            body = nn.Sequential(*wider, conv(hidden, hidden, 3, step, hidden, nn.ReLU6), conv(hidden, outputs, 1))
            layers.append(Residual(body) if step == 1 and width == outputs else body)
            width = outputs
    return nn.Sequential(*layers, conv(width, 1280, 1, activation=nn.ReLU6), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
                         nn.Linear(1280, 1000))


def squeezenet1_1():
    def pool():
        return nn.MaxPool2d(3, 2, ceil_mode=True)

    return nn.Sequential(nn.Conv2d(3, 64, 3, 2), nn.ReLU(inplace=True), pool(), Fire(64, 16, 64), Fire(128, 16, 64),
                         pool(), Fire(128, 32, 128), Fire(256, 32, 128), pool(), Fire(256, 48, 192), Fire(384, 48, 192),
                         Fire(384, 64, 256), Fire(512, 64, 256), nn.Conv2d(512, 1000, 1), nn.ReLU(inplace=True),
                         nn.AdaptiveAvgPool2d(1), nn.Flatten())


NETWORKS = {"resnet50": resnet50, "mobilenet_v2": mobilenet_v2, "squeezenet1_1": squeezenet1_1}
