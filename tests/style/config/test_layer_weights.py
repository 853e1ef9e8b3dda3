import pytest

from style import ConfigError, StylizeConfig
from style.config.layer_weights import layer_weights, style_weights


def test_weights_are_normalised_to_a_sum_of_one() -> None:
    assert layer_weights("relu1_1=3, relu2_1") == {"relu1_1": 0.75, "relu2_1": 0.25}
    assert style_weights("1,0.25") == [0.8, 0.2]
    assert layer_weights("") == {} and style_weights("") == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("relu1_1=x", "'x' is not a weight"),
        ("relu1_1=-1", "'-1' is not a weight"),
        ("relu1_1=nan", "'nan' is not a weight"),
        ("relu1_1,,relu2_1", "LAYER or LAYER=WEIGHT"),
        ("relu1_1,relu1_1=2", "name each layer once"),
        ("relu1_1=0", "above 0"),
    ],
)
def test_an_error_says_what_is_wrong_with_the_weights(text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=f"content_layers .*{message}"):
        StylizeConfig(content_layers=text)


def test_weights_of_styles_must_be_numbers() -> None:
    with pytest.raises(ConfigError, match="style_weights '1,much': 'much' is not a weight"):
        StylizeConfig(style_weights="1,much")
