"""GET /v1/model and /version."""

from __future__ import annotations

from pydantic import Field

from service.api.schemas.base import ResponseModel


class Thresholds(ResponseModel):
    """What the grader and the recognizer decide by."""

    sure_probability: float = Field(
        description="least probability at which a drawing is read as another character"
    )
    likely_probability: float = Field(
        description="least probability at which a drawing is read as another character where it is"
        " `clear` times as probable as its rival: the target, or, for the target, the best other"
    )
    clear: float = Field(description="times, of `likely_probability`")
    second_look_strokes: int = Field(
        description="strokes up to which a doubtful reading is compared stroke by stroke"
    )
    more_strokes: int = Field(description="strokes more than the character has that are graded")
    most_points: int = Field(description="points of a drawing that are graded")


class Model(ResponseModel):
    """The recognizer, for an app that reads drawings by itself."""

    sha256: str = Field(description="of the file")
    bytes: int = Field(description="of the file")
    url: str = Field(description="address of the file, ONNX, which never changes")
    labels: str = Field(description="the characters, in the order of the outputs")
    label_sha256: str = Field(description="of labels")
    preprocessing: int = Field(description="version of how ink is turned into inputs")
    references_url: str = Field(
        description="address of the strokes that a second look compares with, of all characters"
        " that are candidates by default and of kana, in one file"
    )
    thresholds: Thresholds


class Version(ResponseModel):
    """What runs here."""

    version: str
    database: str = Field(description="revision of the newest migration")
    model: str | None = Field(description="sha256 of the recognizer; null where there is none")
