import pytest

from data.one_line import one_line


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\nb\r\tc", r"a\nb\r\tc"),
        ("永　字 café 𠮷", "永　字 café 𠮷"),
        ("\x1b[31m\u202egpj.exe\u2028\udcff", r"\x1b[31m\u202egpj.exe\u2028\udcff"),
    ],
)
def test_what_breaks_a_line_is_escaped(text: str, shown: str) -> None:
    assert one_line(text) == shown
