"""The label map."""

from kanji.recognizer.labels import Labels


def test_labels_are_equal_and_hashed_as_their_tuple_and_know_their_places() -> None:
    labels = Labels("木口ロ")
    assert labels == ("木", "口", "ロ") and hash(labels) == hash(("木", "口", "ロ"))
    assert "ロ" in labels and "本" not in labels
    assert labels.places == {"木": 0, "口": 1, "ロ": 2}
