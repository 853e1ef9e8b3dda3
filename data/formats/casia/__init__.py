"""The handwriting databases of CASIA, as published: files, folders and .zip archives.

C.-L. Liu et al., CASIA Online and Offline Chinese Handwriting Databases, ICDAR 2011. Online: `.pot`
(characters), `.ptts` and `.wptt` (pages of text). Offline: `.gnt` (images), `.mpf` (features). Free
for academic research; all numbers are little-endian.

A damaged record raises a CorpusError with file, record and byte. With a `report` function the
damage is passed to it instead, and the record is left out.
"""

from data.formats.casia.archive import ONLINE, Source, sources
from data.formats.casia.damage import Damage
from data.formats.casia.features import Features, read_mpf
from data.formats.casia.gnt import Glyph, read_gnt, write_gnt
from data.formats.casia.pages import Page, TextLine, read_ptts, read_wptt
from data.formats.casia.pot import read_pot, write_pot
from data.formats.casia.sets import LICENCE, set_name, split_of

__all__ = [
    "LICENCE",
    "ONLINE",
    "Damage",
    "Features",
    "Glyph",
    "Page",
    "Source",
    "TextLine",
    "read_gnt",
    "read_mpf",
    "read_pot",
    "read_ptts",
    "read_wptt",
    "set_name",
    "sources",
    "split_of",
    "write_gnt",
    "write_pot",
]
