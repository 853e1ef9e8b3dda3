import pytest

from data.formats import casia


@pytest.mark.parametrize(
    ("name", "set_name", "split"),
    [
        ("Pot1.0Train.zip/001.pot", "CASIA OLHWDB1.0", "train"),
        ("Pot1.0Test.zip/001.pot", "CASIA OLHWDB1.0", "test"),
        ("OLHWDB1.2Test_pot/750.pot", "CASIA OLHWDB1.2", "test"),
        ("OLHWDB1.1Trn_pot/1300.pot", "CASIA OLHWDB1.1", "train"),
        ("test/336.pot", "CASIA OLHWDB1.0", "train"),
        ("ink/337.pot", "CASIA OLHWDB1.0", "test"),
        ("ink/1240.pot", "CASIA OLHWDB1.1", "train"),
        ("ink/1241.pot", "CASIA OLHWDB1.1", "test"),
        ("ink/741.pot", "CASIA OLHWDB1.2", "test"),
        ("competition_POT.zip/C001.pot", "CASIA ICDAR-2013 online competition", "test"),
        ("c012.pot", "CASIA ICDAR-2013 online competition", "test"),
        ("mine/ann.pot", "CASIA", "train"),
    ],
)
def test_set_and_split_follow_from_the_name_or_the_writer(
    name: str, set_name: str, split: str
) -> None:
    assert casia.set_name(name) == set_name
    assert casia.split_of(name) == split


def test_offline_sets_have_their_own_names() -> None:
    assert casia.set_name("Gnt1.0TrainPart2.zip/9.gnt", is_online=False) == "CASIA HWDB1.0"
    assert casia.split_of("Gnt1.0TrainPart2.zip/9.gnt") == "train"
