import pytest
from flask.testing import FlaskClient

TWO = [{"x": [20, 50, 80], "y": [30, 29, 28]}, {"x": [10, 50, 95], "y": [80, 79, 78]}]


@pytest.fixture
def two(client: FlaskClient) -> list[dict[str, list[int]]]:
    """The reference strokes of 二, as a drawing."""
    strokes = client.get("/v1/kanji/二").json["strokes"]
    return [
        {
            "x": [round(x * 1000) for x, _ in stroke["points"]],
            "y": [round(y * 1000) for _, y in stroke["points"]],
        }
        for stroke in strokes
    ]


def test_a_drawing_is_recognized_among_the_candidates(client: FlaskClient) -> None:
    answer = client.post("/v1/recognize", json={"strokes": TWO, "candidates": ["二", "龍"]})
    assert answer.status_code == 200
    assert answer.json["candidates"] == [{"character": "二", "probability": 1.0}]
    assert answer.json["ms"] >= 0
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_good_drawing_is_graded_as_correct(
    client: FlaskClient, two: list[dict[str, list[int]]]
) -> None:
    grade = client.post("/v1/grade", json={"character": "二", "strokes": two}).json
    assert grade["verdict"] == "correct"
    assert [stroke["faults"] for stroke in grade["strokes"]] == [[], []]


def test_exchanged_strokes_are_graded_as_a_wrong_order(
    client: FlaskClient, two: list[dict[str, list[int]]]
) -> None:
    grade = client.post("/v1/grade", json={"character": "二", "strokes": two[::-1]}).json
    assert grade["verdict"] == "wrong_order"
    assert grade["advice"][0]["text"]["ja"] == "1番目に書いた線は、2画目に書きます。"


def test_the_beginning_of_a_character_is_graded_so_far(
    client: FlaskClient, two: list[dict[str, list[int]]]
) -> None:
    body = {"character": "二", "strokes": two[:1], "so_far": True}
    grade = client.post("/v1/grade", json=body).json
    assert (grade["is_right"], grade["next"]) == (True, 1)


def test_a_drawing_is_never_repeated_in_an_error(client: FlaskClient) -> None:
    answer = client.post("/v1/recognize", json={"strokes": [{"x": [987654321], "y": ["secret"]}]})
    assert answer.status_code == 422
    assert "987654321" not in answer.text and "secret" not in answer.text
