import pytest

from data.errors import DataError
from data.json_text import json_value


def test_a_value_is_read_from_text_and_from_bytes_with_a_mark() -> None:
    assert json_value('{"a": [1]}') == json_value(b'\xef\xbb\xbf{"a": [1]}') == {"a": [1]}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[" * 200_000, "nested too deeply"),
        ("9" * 5000, "a number is too long"),
        (b"\xff", "not text in UTF-8"),
        ("[1,\n x]", "'x]' is not expected at character 2 of line 2"),
        ('[{"a": 1, "b": 2, "b": 3}]', "it names 'b' twice"),
        ("[1,", "it ends too early at character 4 of line 1"),
    ],
)
def test_what_is_no_json_is_said_in_words(text: str | bytes, message: str) -> None:
    with pytest.raises(DataError, match=message):
        json_value(text)
