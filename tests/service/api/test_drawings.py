import pytest
from flask.testing import FlaskClient

from data.references.store import load_references
from service.api import drawings
from service.api.drawings import MORE_STROKES, MOST_POINTS, MOST_STROKES, SECOND_LOOK_STROKES

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
    answer = client.post("/v1/recognize", json={"strokes": TWO, "candidates": ["二"]})
    assert answer.status_code == 200
    assert answer.json["candidates"] == [{"character": "二", "probability": 1.0}]
    assert answer.json["ms"] >= 0
    assert answer.headers["Cache-Control"] == "no-store"


def test_candidates_that_are_not_known_are_named(client: FlaskClient) -> None:
    answer = client.post("/v1/recognize", json={"strokes": TWO, "candidates": ["二", "龍"]})
    assert answer.status_code == 422
    assert "does not know 1 of the 2 candidates: 龍" in answer.json["detail"]


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


@pytest.mark.parametrize(
    ("path", "strokes", "points"),
    [
        ("grade", 2 + MORE_STROKES + 1, 1),
        ("grade", 14, MOST_POINTS // 14 + 1),
        ("recognize", MOST_STROKES + 1, 1),
        ("recognize", 42, MOST_POINTS // 42 + 1),
    ],
)
def test_a_drawing_that_would_cost_too_much_is_refused_before_it_is_compared(
    client: FlaskClient,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    strokes: int,
    points: int,
) -> None:
    for name in (
        "grade_ink", "grade_so_far", "recognize_ink", "sure_reading", "careful_reading"
    ):  # fmt: skip
        monkeypatch.setattr(drawings, name, None)  # to call it would fail
    drawing = [{"x": [1] * points, "y": [2] * points}] * strokes
    body = {"strokes": drawing} | ({"character": "二"} if path == "grade" else {})
    answer = client.post(f"/v1/{path}", json=body)
    assert (answer.status_code, answer.json["title"]) == (422, "The drawing is too large")
    assert f"{strokes} strokes of {strokes * points} points" in answer.json["detail"]


def test_every_character_can_be_drawn_with_some_strokes_too_many() -> None:
    most = max(len(reference.strokes) for reference in load_references().values())
    assert most + MORE_STROKES <= MOST_STROKES


def test_a_drawing_of_many_strokes_gets_no_second_look(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawings, "recognize_ink", None)  # to call it would fail
    body = {"strokes": [TWO[0]] * (SECOND_LOOK_STROKES + 1)}
    assert client.post("/v1/recognize", json=body).status_code == 200


@pytest.mark.parametrize(
    ("candidates", "pointer", "detail"),
    [
        (5, "/candidates", "a text or a list"),
        ({"joyo": 1}, "/candidates", "a text or a list"),
        ("joyu", "/candidates", "'joyo'"),
        ([], "/candidates", "at least 1 item"),
        (["日", 5], "/candidates/1", "a valid string"),
        (["日", "xyz"], "/candidates/1", "at most 2 characters"),
    ],
)
def test_wrong_candidates_are_one_fault_at_their_place(
    client: FlaskClient, candidates: object, pointer: str, detail: str
) -> None:
    drawing = {"strokes": [{"x": [1, 2], "y": [1, 2]}], "candidates": candidates}
    answer = client.post("/v1/recognize", json=drawing)
    assert answer.status_code == 422
    (fault,) = answer.json["errors"]
    assert fault["pointer"] == pointer and detail in fault["detail"]
