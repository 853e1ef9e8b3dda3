"""A picture that is too narrow for the network is refused before its job waits."""

import pytest
from flask.testing import FlaskClient
from PIL import Image

from service.errors import ImageRefused, InvalidRequest
from service.jobs.shapes import check_shapes
from style import DreamConfig, PictureError, StylizeConfig
from style.backbones.backbone import Backbone
from style.dreams.dream import _check_shape, objective_for
from style.transfer.pyramid import pyramid_of, style_size
from style.transfer.recipe import Recipe
from tests.service.forms import form, picture

SQUARE = (64, 64)
PAINTING = StylizeConfig("alexnet", precision="float32", device="cpu")


def refused(config: StylizeConfig | DreamConfig, content: object, *styles: object) -> str:
    with pytest.raises(ImageRefused) as error:
        check_shapes(config, content, styles)  # type: ignore[arg-type]
    return str(error.value)


@pytest.fixture(scope="module")
def recipe() -> Recipe:
    return Recipe.of(PAINTING, Backbone("alexnet"))


def test_the_limits_and_the_words_are_those_of_a_painting(recipe: Recipe) -> None:
    enough = (400, recipe.least_side)
    check_shapes(PAINTING, enough, [enough])
    assert pyramid_of(Image.new("RGB", enough), recipe)
    narrow = (400, recipe.least_side - 1)
    with pytest.raises(PictureError) as painter:
        pyramid_of(Image.new("RGB", narrow), recipe)
    assert refused(PAINTING, narrow, SQUARE) == str(painter.value)
    with pytest.raises(PictureError) as painter:
        style_size(Image.new("RGB", narrow), 400, recipe)
    assert refused(PAINTING, SQUARE, SQUARE, narrow) == str(painter.value)


@pytest.mark.parametrize(
    "options", [{}, {"layer": "relu3"}, {"objective": "relu2 - 0.5*relu5:3"}, {"class_": "hen"}]
)
def test_the_limits_and_the_words_are_those_of_a_dream(options: dict[str, str]) -> None:
    config = DreamConfig("squeezenet1_0" if "class_" in options else "alexnet", **options)
    network = Backbone(config.backbone)
    objective = objective_for(config, network, None)
    for side in range(16, 80):
        image = Image.new("RGB", (200, side))
        try:
            _check_shape(image, objective, network)
        except PictureError as error:
            assert refused(config, image.size) == str(error)
        else:
            check_shapes(config, image.size, [])


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"dream": "relu4_2:-5"}, "not understood"),
        ({"dream": "1e999*relu4_2"}, "too large"),
        ({"dream": "relu9"}, "vgg19 has no layer 'relu9'"),
        ({"style_weights": "1,2"}, "2 for 1 styles"),
        ({"kind": "dreams", "layer": "x"}, "no layer 'x'"),
        ({"kind": "dreams", "objective": "relu4_2 + y:3"}, "no layer 'y'"),
        ({"kind": "dreams", "class": "hen"}, "vgg19 is kept without its classification layer"),
        ({"kind": "dreams", "objective": "1e999*class:hen"}, "too large"),
    ],
)
def test_what_the_network_does_not_have_is_refused_before_it_waits(
    client: FlaskClient, fields: dict[str, str], reason: str
) -> None:
    body: dict[str, object] = {**form(), **fields, "size": "64"}
    kind = body.pop("kind", "stylizations")
    if kind == "dreams":
        del body["style"]
    answer = client.post(f"/v1/{kind}", data=body)
    assert answer.status_code == 422 and reason in answer.json["detail"], answer.json


def test_a_dream_that_the_painter_chooses_is_left_to_it() -> None:
    check_shapes(StylizeConfig("vgg19", dream="auto"), (400, 16), [SQUARE])


def test_the_request_is_answered_with_422(client: FlaskClient) -> None:
    fields = {"content": picture((300, 17)), "backbone": "alexnet"}
    answer = client.post("/v1/stylizations", data=form(**fields))
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert answer.json["type"].endswith("image-refused") and "--size" in answer.json["detail"]


@pytest.mark.parametrize("objective", ["relu3:guide", "relu2 + relu3:guide"])
def test_an_objective_with_a_guide_picture_is_refused(objective: str) -> None:
    with pytest.raises(InvalidRequest, match="only the command takes"):
        check_shapes(DreamConfig("alexnet", objective=objective), SQUARE, [])
