import numpy as np
import pytest
from scipy.ndimage import distance_transform_edt

from service.wallpapers.distances import distances


@pytest.mark.parametrize("height, width", [(1, 1), (1, 9), (40, 23), (60, 90)])
@pytest.mark.parametrize("most", [2.5, 12, 1000])
def test_distances_are_those_of_scipy_up_to_the_most(height: int, width: int, most: float) -> None:
    generator = np.random.default_rng(height)
    shape = generator.random((height, width)) < 0.02
    shape[0, width // 2] = True
    expected = distance_transform_edt(~shape)
    expected[expected > most] = np.inf
    np.testing.assert_array_equal(distances(shape, most=most), expected)


def test_without_a_shape_all_is_beyond_the_most() -> None:
    assert np.isinf(distances(np.zeros((5, 7), bool), most=100)).all()
