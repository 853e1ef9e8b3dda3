"""The recognizer's network: an LSTM over the samples of an ink, in the order drawn."""

from __future__ import annotations

import torch
from torch import nn

from data.ink.sequence import FEATURES, STEPS
from kanji.recognizer.network_output import NetworkOutput

EMBEDDING = 24  # dimensions of the embedding that tells which stroke a sample lies on


class InkLSTM(nn.Module):
    """Two strided convolutions, a two-layer bidirectional LSTM, mean and max pooling, three heads.

    Input: (B, STEPS, 8) float32 from `data.ink.sequence`. The convolutions shorten the sequence to
    a quarter, which makes the LSTM four times cheaper. The head for strokes also sees the input and
    the first convolution, so that it can distinguish short strokes. The batch normalisations speed
    up training; the export folds them into the layers beside them.

    `classes`: how many characters; `width`: the LSTM's hidden size in each direction;
    `bottleneck`: of the layer before the heads for characters; `rank`: of the matrix from there to
    the characters, None for a full one; `hidden`: of the layer before the head for strokes.
    """

    def __init__(
        self,
        classes: int,
        *,
        width: int = 192,
        bottleneck: int = 256,
        rank: int | None = None,
        hidden: int = 40,
    ) -> None:
        super().__init__()
        self.conv1 = nn.Conv1d(len(FEATURES), 64, 5, stride=2, padding=2)
        self.conv2 = nn.Conv1d(64, 128, 5, stride=2, padding=2)
        self.norm1, self.norm2 = nn.BatchNorm1d(64), nn.BatchNorm1d(128)
        self.lstm = nn.LSTM(128, width, num_layers=2, bidirectional=True, batch_first=True)
        self.norm3 = nn.BatchNorm1d(4 * width)
        self.dropout = nn.Dropout(0.1)
        self.squeeze = nn.Linear(4 * width, bottleneck)
        self.narrow = nn.Linear(bottleneck, rank, bias=False) if rank else nn.Identity()
        self.head = nn.Linear(rank or bottleneck, classes)
        self.known = nn.Linear(bottleneck, 1)
        self.context = nn.Linear(2 * width, hidden)
        self.near = nn.Linear(64, hidden, bias=False)
        self.here = nn.Linear(len(FEATURES), hidden, bias=False)
        self.stroke = nn.Linear(hidden, EMBEDDING)

    def forward(self, sequences: torch.Tensor) -> NetworkOutput[torch.Tensor]:
        fine = torch.relu(self.norm1(self.conv1(sequences.transpose(1, 2))))
        steps = torch.relu(self.norm2(self.conv2(fine))).transpose(1, 2)
        states, _ = self.lstm(steps)
        pooled = self.norm3(torch.cat([states.mean(dim=1), states.amax(dim=1)], dim=1))
        squeezed = self.dropout(torch.relu(self.squeeze(pooled)))
        hidden = _spread(self.context(states)) + _spread(self.near(fine.transpose(1, 2)))
        samples = self.stroke(torch.relu(hidden + self.here(sequences)))
        return NetworkOutput(self.head(self.narrow(squeezed)), self.known(squeezed)[:, 0], samples)


def _spread(steps: torch.Tensor) -> torch.Tensor:
    """(B, N, C) as (B, STEPS, C): each step is repeated for all samples that it covers."""
    return steps.repeat_interleave(STEPS // steps.shape[1], dim=1)
