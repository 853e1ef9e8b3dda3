"""What the recognizer's network computes, in torch and in ONNX."""

from __future__ import annotations

from typing import Generic, NamedTuple, TypeVar

Tensor = TypeVar("Tensor")  # a torch tensor in training, a NumPy array from onnxruntime


class NetworkOutput(NamedTuple, Generic[Tensor]):
    """The output for a batch of B inks; the field names are also the outputs of the ONNX file.

    `logits`: (B, classes) float32, one score for each character.
    `known`: (B,) float32, the logit that the ink is a character at all.
    `samples`: (B, STEPS, EMBEDDING) float32, an embedding of each sample of the sequence. Samples
    on the same stroke of the same character have embeddings close to each other, in all inks.
    """

    logits: Tensor
    known: Tensor
    samples: Tensor
