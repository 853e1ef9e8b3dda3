"""Weights that expect Caffe's input under torchvision's names, recognised by their values.

Such are the VGG files of jcjohnson/pytorch-vgg, which ProGamerGov/neural-style-pt downloads: they
take BGR in [0, 255] less a mean, and torchvision's RGB, normalised. What gives them away is their
first layer. Blue says least about a photograph, so its weights are the smallest: they come first in
BGR and last in RGB. And input that is fifty times larger needs a larger bias for the same weights.

The measures of real networks (`bias_ratio`, `first_over_last`): VGG-19 of Caffe 0.42 and 0.89,
SqueezeNet 1.0 of Caffe 0.32 and 0.77; torchvision's VGG-16 0.23 and 1.21, AlexNet 0.04 and 1.23,
the same two as Caffe would have them 13 and 0.83, 2.6 and 0.81.
"""

from __future__ import annotations

import torch

LEAST_BIAS_RATIO = 0.25  # of networks for input in [0, 255] in BGR
SURE_BIAS_RATIO = 1.0  # from here on the input is in [0, 255], whatever the order of channels
BGR, RGB = 0.95, 1.05  # `first_over_last` is below the one for BGR, above the other for RGB


def has_caffe_values(weight: torch.Tensor, bias: torch.Tensor) -> bool:
    """Whether a first layer, weight (O, 3, k, k) and bias (O,), takes BGR in [0, 255]."""
    ratio, order = bias_ratio(weight, bias), first_over_last(weight)
    return (ratio > LEAST_BIAS_RATIO and order < BGR) or (ratio > SURE_BIAS_RATIO and order < RGB)


def bias_ratio(weight: torch.Tensor, bias: torch.Tensor) -> float:
    """The median, over output channels, of |bias| relative to the norm of the weights."""
    norms = weight.flatten(1).norm(dim=1).clamp(min=torch.finfo(torch.float32).tiny)
    return float((bias.abs() / norms).median())


def first_over_last(weight: torch.Tensor) -> float:
    """The norm of the first input channel's weights relative to that of the last one."""
    first, last = (float(weight[:, channel].norm()) for channel in (0, -1))
    return first / last if last else 1.0
