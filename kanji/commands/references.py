"""The reference of an ink that a command reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from data.references.reference import Reference


@dataclass(frozen=True)
class InkReferences:
    """A reference set for the inks of one file. `name`: of the set. `path`: of the file."""

    references: Mapping[str, Reference]
    name: str
    path: Path

    def of(self, character: str, number: int) -> Reference:
        """The reference of a character. Raises ReferenceMissing, with the ink's `number`."""
        from data.errors import ReferenceMissing

        if character not in self.references:
            raise ReferenceMissing(
                f"{self.path}, ink {number}: {character!r} is not in reference set {self.name!r}"
            )
        return self.references[character]
