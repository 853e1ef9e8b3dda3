import pytest

from style import ConfigError, StylizeConfig
from style.config.layer_weights import layer_shares, weights


def test_weights_are_shares_of_one() -> None:
    assert layer_shares("relu1_1=3, relu2_1") == {"relu1_1": 0.75, "relu2_1": 0.25}
    assert weights("1,0.25") == [0.8, 0.2]
    assert layer_shares("") == {} and weights("") == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("relu1_1=x", "'x' is no weight"),
        ("relu1_1=-1", "'-1' is no weight"),
        ("relu1_1=nan", "'nan' is no weight"),
        ("relu1_1,,relu2_1", "LAYER or LAYER=WEIGHT"),
        ("relu1_1,relu1_1=2", "each layer once"),
        ("relu1_1=0", "above 0"),
    ],
)
def test_what_is_not_understood_is_said(text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=f"content_layers .*{said}"):
        StylizeConfig(content_layers=text)


def test_weights_of_styles_are_numbers() -> None:
    with pytest.raises(ConfigError, match="style_weights '1,much': 'much' is no weight"):
        StylizeConfig(style_weights="1,much")
