"""The recognizer's network: an LSTM that reads the strokes in the order drawn."""

from __future__ import annotations

import torch
from torch import nn

from data.sequence import FEATURES


class InkLSTM(nn.Module):
    """Two strided convolutions, a two-layer bidirectional LSTM, mean and max pooling, a class head.

    Input (B, STEPS, 8) float32 from `data.sequence`; output (B, classes) logits. The convolutions
    shorten the sequence to a quarter, which makes the LSTM four times cheaper. The batch
    normalisations speed up training and are folded into their neighbours on export.
    """

    def __init__(self, classes: int, *, width: int = 192, bottleneck: int = 256) -> None:
        super().__init__()
        self.conv1 = nn.Conv1d(len(FEATURES), 64, 5, stride=2, padding=2)
        self.conv2 = nn.Conv1d(64, 128, 5, stride=2, padding=2)
        self.norm1, self.norm2 = nn.BatchNorm1d(64), nn.BatchNorm1d(128)
        self.lstm = nn.LSTM(128, width, num_layers=2, bidirectional=True, batch_first=True)
        self.norm3 = nn.BatchNorm1d(4 * width)
        self.dropout = nn.Dropout(0.1)
        self.squeeze = nn.Linear(4 * width, bottleneck)
        self.head = nn.Linear(bottleneck, classes)

    def forward(self, sequences: torch.Tensor) -> torch.Tensor:
        steps = torch.relu(self.norm1(self.conv1(sequences.transpose(1, 2))))
        steps = torch.relu(self.norm2(self.conv2(steps))).transpose(1, 2)
        states, _ = self.lstm(steps)
        pooled = self.norm3(torch.cat([states.mean(dim=1), states.amax(dim=1)], dim=1))
        logits: torch.Tensor = self.head(self.dropout(torch.relu(self.squeeze(pooled))))
        return logits
