import pytest
import torch
from torch.nn import functional

from style.losses import neighbours
from style.losses.neighbours import centred, cosine_distances, nearest


@pytest.mark.parametrize("candidates", [1, 63, 64, 130])
def test_the_nearest_in_blocks_is_the_nearest_of_all(
    candidates: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(neighbours, "BLOCK_VALUES", 1000)
    torch.manual_seed(0)
    rows, others = (functional.normalize(torch.randn(n, 8), dim=1) for n in (50, candidates))
    expected = (rows @ others.T).argmax(dim=1)
    assert nearest(rows, others).tolist() == expected.tolist()


def test_centred_rows_are_directions_from_the_mean() -> None:
    rows = torch.tensor([[3.0, 1.0], [1.0, 3.0]])
    found = centred(rows, torch.tensor([1.0, 1.0]))
    assert found.tolist() == [[1, 0], [0, 1]]


def test_the_cosine_distance_is_0_along_1_across_and_2_against_a_direction() -> None:
    features = torch.tensor([[3.0, 0.0, -2.0], [0.0, 5.0, 0.0]]).view(1, 2, 1, 3)
    directions = torch.tensor([[1.0, 0.0]] * 3)
    torch.testing.assert_close(cosine_distances(features, directions), torch.tensor([0.0, 1, 2]))
