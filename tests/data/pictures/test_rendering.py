import numpy as np

from data.pictures.rendering import rendered


def test_ink_is_rendered_at_its_place() -> None:
    cross = np.array([[[0, 5], [10, 5]], [[5, 0], [5, 10]], [[0, 0], [0, 9]]], np.float32)
    images = rendered(cross, np.array([0, 0, 1]), 2, np.random.default_rng(1), size_px=65)
    assert images.shape == (2, 65, 65)
    assert images.min() == 0 and images.max() <= 1
    for row, column in ((32, 10), (32, 55), (10, 32), (32, 32)):
        assert images[0, row, column] > 0.6
    assert images[0, 10, 10] < 0.05
    assert (images[1].sum(axis=0) > 5).nonzero()[0].tolist() in ([31, 32, 33], [30, 31, 32, 33, 34])
