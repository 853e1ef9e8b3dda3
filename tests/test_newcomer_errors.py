"""Errors that a newcomer makes: each is one line that says what was given and what is allowed.

Each is found before the work starts, so all of them together take seconds.
"""

import io
import os
import resource
import shlex
import socket
import sys
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image

from service.cli import main

INK = '{"strokes": [[[0, 0], [90, 1]]], "char": "一"}\n'
DEEP = 200_000  # brackets within each other
FEW_BYTES = 1500  # of a file on a disk that is full

# The command line, and what its error says. `pic.png` is a picture, `ink.jsonl` ink, `junk` bytes
# of no format, `empty.jsonl` without a byte, `none` missing, `folder` empty, `pictures` not.
MISSING = "none: there is no such file or folder"
ERRORS = r"""
nosuch                                        | 'nosuch' is unknown; allowed: data, recognize
grde ink.jsonl                                | did you mean grade?
grade ink.jsonl --leniancy 2                  | unknown: --leniancy 2; did you mean --leniency?
grade                                         | the following arguments are required: INK
data                                          | the following arguments are required: COMMAND

serve --port PORT                             | is in use: stop the program that uses it, or choose
serve --port 99999                            | --port is 99999; allowed: 1 to 65535, or 0 for any
serve --port x                                | 'x' is not a whole number
serve --host nosuch.invalid                   | --host is 'nosuch.invalid', which has no address
serve --host ''                               | --host is empty; 127.0.0.1 is this machine
serve --data-dir ''                           | --data-dir: '' names nothing: give a file or a
worker --data-dir ''                          | --data-dir: '' names nothing: give a file or a
serve --data-dir ink.jsonl                    | cannot be written: it is a file; name another one
backup b.tar --data-dir ink.jsonl             | there is no database
backup b.tar --data-dir none                  | none/hitsujun.sqlite; name one that is there
backup ''                                     | FILE: '' names nothing: give a file or a folder
backup folder                                 | folder: it is a folder; give the name of a file
restore none                                  | MISSING
restore folder                                | folder: it is a folder; give the name of a file
restore junk --data-dir there                 | junk is no backup, or is damaged
restore pic.png --data-dir there              | pic.png is no backup, or is damaged
db move x y                                   | SOURCE is 'x'; it must begin with sqlite:/// or
db move sqlite:///x mysql://me:secret@host/y  | TARGET is 'mysql://...@host/y'; it must begin with
db move sqlite:///pic.png sqlite:///./pic.png | TARGET pic.png would overwrite SOURCE pic.png; give
backup there/hitsujun.sqlite --data-dir there | there/hitsujun.sqlite would overwrite the database
db move sqlite:///none sqlite:///there        | there is no database none; name one that
db move sqlite:///empty.jsonl sqlite:///there | empty.jsonl is empty, and no database of hitsujun
db move postgresql://nosuch.invalid/y sqlite:///there | the database does not answer:
db downgrade 9999 --data-dir there            | there is no revision '9999'; allowed: base, 0001
db downgrade '' --data-dir there              | there is no revision ''; allowed: base, 0001
db downgrade 0001 --data-dir there            | there/hitsujun.sqlite; name one that is there
db move sqlite:///pic.png sqlite:///there     | pic.png is not one of SQLite
db downgrade 0001 --data-dir ink.jsonl        | there is no database

simulate --deck nosuch                        | no deck 'nosuch': give joyo, jinmeiyo, all
simulate --deck joyoo                         | did you mean joyo?
simulate --days 0                             | --days is 0; allowed: 1 to 3650
simulate --days 99999999999 --deck 山          | --days is 99999999999; allowed: 1 to 3650
simulate --unlocks 1001                       | --unlocks is 1001; allowed: 1 to 1000
simulate --learners 1001                      | --learners is 1001; allowed: 1 to 1000
simulate --new 0                              | --new is 0; allowed: 1 or more
simulate --seed -1                            | --seed is -1; allowed: 0 or more
simulate --retention nan                      | --retention must be at least 0.5 and below 1
simulate --retention 2                        | --retention must be at least 0.5 and below 1
simulate -o x.bmp                             | cannot write x.bmp: its suffix must be .png or .svg
tune none -o x.json                           | MISSING
tune pic.png -o x.json                        | pic.png is a PNG picture, not JSONL
tune empty.jsonl -o x.json                    | 0 reviews on later days are too few
tune ink.jsonl -o x.json                      | line 1: an event must be an object with a "kind"
tune deep.jsonl -o x.json                     | deep.jsonl, line 1: this is not JSON that can be
tune digits.jsonl -o x.json                   | digits.jsonl, line 1: this is not JSON that can be
tune junk.txt -o x.json                       | junk.txt, line 1: this is not JSON: 'so' is not
data build corpus half.jsonl -o x.h5          | "char" has '\ud83d', half of a surrogate pair; write
data export half.jsonl -o x.unipen            | "char" has '\ud83d', half of a surrogate pair; write
grade deep.jsonl                              | line 1: this is not JSON that can be read: it
grade digits.jsonl                            | line 1: this is not JSON that can be read: a
restore deep.tar --data-dir there             | deep.tar is no backup, or is damaged: this is
restore list.tar --data-dir there             | list.tar is no backup, or is damaged: manifest
restore empty.tar --data-dir there            | empty.tar is no backup, or is damaged: manifest
tune ink.jsonl -o folder                      | cannot write folder: its suffix must be .json
tune ink.jsonl -o x.json --day-start 25:00    | '25:00': give a local time such as 04:00
tune ink.jsonl -o x.json --time-zone Mars/X   | unknown time zone 'Mars/X'

recognize ''                                  | INK: '' names nothing: give a file or a folder
recognize ink.jsonl --candidates ''           | --candidates: '' names nothing
recognize none                                | MISSING
recognize empty.jsonl                         | empty.jsonl has no ink; a line of JSONL is such as
recognize pic.png                             | pic.png is a PNG picture, not JSONL
recognize folder                              | folder has no .pot or .ptts files
recognize -                                   | nothing is piped into it; name a file
recognize ink.jsonl --top 0                   | --top is 0; allowed: 1 or more
recognize ink.jsonl --top -1                  | --top is -1; allowed: 1 or more
recognize ink.jsonl --candidates nosuch       | no candidates 'nosuch': give joyo
grade twice.jsonl                             | not JSON that can be read: it names 'char' twice
simulate --deck frequency-99999999            | no deck 'frequency-99999999': give frequency-NUMBER
recognize ink.jsonl --candidates junk         | junk is binary data, not text in UTF-8
recognize ink.jsonl --candidates empty.jsonl  | empty.jsonl has no characters
recognize ink.jsonl --model pic.png           | pic.png is a PNG picture, and no network that can be
recognize ink.jsonl --model empty.jsonl       | empty.jsonl is an empty file, and no network that
recognize ink.jsonl --model junk              | junk is binary data, and no network that can be read
recognize ink.jsonl --reference zh            | --reference is read by --order alone: give both
recognize ink.jsonl --reference xx            | 'xx' is unknown; allowed: ja, zh
grade none                                    | MISSING
grade empty.jsonl                             | empty.jsonl has no ink; a line of JSONL is such as
grade pic.png                                 | pic.png is a PNG picture, not JSONL
grade -                                       | nothing is piped into it; name a file
grade ink.jsonl --leniency inf                | leniency is inf; it must be a positive number
grade ink.jsonl --leniency x                  | no leniency 'x': give relaxed, normal, calligraphy
grade ink.jsonl --reference xx                | 'xx' is unknown; allowed: ja, zh
align none                                    | MISSING
align pic.png                                 | pic.png is a PNG picture, not an HDF5 file as
align ink.jsonl --workers 0                   | --workers is 0; allowed: 1 or more

data info ''                                  | FILE: '' names nothing
data show '' 永 -o x.png                      | FILE: '' names nothing
data sheet '' -o x.png                        | FILE: '' names nothing
data export ink.jsonl -o ''                   | -o/--output: '' names nothing
data export ink.jsonl -o /proc/x.jsonl        | /proc/x.jsonl: you may not read or write it; change
data build corpus ink.jsonl -o /proc/x.h5     | /proc/x.h5: you may not read or write it; change
data info none                                | MISSING
data info empty.jsonl                         | empty.jsonl has no ink; a line of JSONL is such as
data info pic.png                             | pic.png is a PNG picture, not JSONL
data info junk.h5                             | junk.h5 is binary data, not an HDF5 file as
data info text.h5                             | text.h5 is text, not an HDF5 file as hitsujun data
align text.h5                                 | text.h5 is text, not an HDF5 file as hitsujun data
data show empty.h5 永 -o x.png                | empty.h5 is an empty file, not an HDF5 file as
data build corpus text.h5 -o x.h5             | text.h5 is text, not an HDF5 file as hitsujun data
data info text.zip                            | text.zip is text, not a .zip archive
data build corpus text.zip -o x.h5            | text.zip is text, not a .zip archive
data info /proc/self/mem                      | /proc/self/mem: Input/output error
data build references --set xx                | 'xx' is unknown; allowed: ja, zh
data build references -o folder               | cannot write folder: its suffix must be .h5
data build references -o ink.jsonl/x.h5       | ink.jsonl: it is not a folder; give the name of one
data build references --set zh --from none    | MISSING
data build references --set zh --from pic.png | pic.png is a PNG picture, not JSONL
data build corpus none -o x.h5                | MISSING
data build corpus empty.jsonl -o x.h5         | there are no inks to write to x.h5
data build corpus pic.png -o x.h5             | pic.png is a PNG picture, not JSONL
data build corpus ink.jsonl -o ink.jsonl      | cannot write ink.jsonl: its suffix must be .h5
data build corpus ink.jsonl -o x.h5 --workers 0 | --workers is 0; allowed: 1 or more
data build glyphs none -o x.h5                | MISSING
data build glyphs pic.png -o x.h5             | pic.png is a PNG picture, not a file of CASIA
data build glyphs folder -o x.h5 --size 0     | --size is 0; allowed: 16 to
data build photos none -o x.h5                | MISSING
data build photos pic.png -o x.h5             | pic.png: it is not a folder; give the name of one
data build photos folder -o x.h5              | folder has no photos; they end in .jpg
data build photos pictures -o old.litdata     | old.litdata is there already: remove it, or give
data build photos pictures -o s3://b/x.h5     | 's3://b/x.h5' is a URL: give a path on this machine
data build photos pictures -o loop.litdata    | loop.litdata is there already: remove it
data build corpus loop.h5 -o x.h5             | loop.h5: its symbolic links lead to themselves;
data build corpus ink.jsonl -o s3://b/x.h5    | 's3://b/x.h5' is a URL: give a path on this machine
stylize loop.h5 pic.png -o x.png              | loop.h5: its symbolic links lead to themselves;
data show none 永 -o x.png                    | MISSING
data show pic.png 永 -o x.png                 | pic.png is a PNG picture, not JSONL
data show ink.jsonl 永 -o x.bmp               | cannot write x.bmp: its suffix must be .png, .webp
data show ink.jsonl 永 -o x.png --columns 0   | --columns is 0; allowed: 1 or more
data sheet ink.jsonl -o x.png --most 0        | --most is 0; allowed: 1 to 50
data sheet ink.jsonl -o x.png --most 51       | --most is 51; allowed: 1 to 50
data show ink.jsonl 永 -o x.png --most 101    | --most is 101; allowed: 1 to 100
data show ja '' -o x.png                      | CHARACTERS is empty: give one or more
data sheet ink.jsonl -o x.png --seed -1       | --seed is -1; allowed: 0 or more
data sheet ink.jsonl -o x.png --sloppiness inf | --sloppiness is inf; allowed: 0 to 50
data sheet ink.jsonl -o x.png --sloppiness 1e6 | --sloppiness is 1000000.0; allowed: 0 to 50
data compare ja xx                            | 'xx' is unknown; allowed: ja, zh
data compare ja ja --list nosuch              | unknown character list 'nosuch'; available: joyo
data compare ja zh --list nosuch              | unknown character list 'nosuch'; available: joyo
data export none -o x.jsonl                   | MISSING
data export empty.jsonl -o x.jsonl            | empty.jsonl has no ink; a line of JSONL is such as
data export ink.jsonl -o x.png                | cannot write x.png: its suffix must be .jsonl,
data fetch nosuch                             | 'nosuch' is unknown; allowed: makemeahanzi

stylize '' pic.png -o x.png                   | CONTENT: '' names nothing
stylize pic.png pic.png -o ''                 | -o/--output: '' names nothing
stylize none pic.png -o x.png                 | MISSING
stylize pic.png none -o x.png                 | MISSING
stylize pic.png junk -o x.png                 | junk is not a picture in a supported format
stylize ink.jsonl pic.png -o x.png            | ink.jsonl is not a picture in a supported format
stylize none pic.png -o there/x                | MISSING
stylize none --fast wave -o there/x            | MISSING
stylize none pic.png -o ink.jsonl             | MISSING
stylize pic.png none -o ink.jsonl             | MISSING
stylize pic.png pic.png -o x.png --style-weights 1,2 | style_weights has 2 for 1 styles; give one
stylize pic.png pic.png -o x.png --checkpoint ink.jsonl | ink.jsonl is no checkpoint of a painting
stylize pic.png pic.png -o x.png --checkpoint none --resume | none does not exist: start without
stylize folder pic.png -o there               | folder has no picture; supported suffixes: .png
stylize pictures pic.png -o x.png             | x.png is the name of a picture; CONTENT is a folder
stylize pictures --fast sumi -o x.png         | x.png is the name of a picture; CONTENT is a folder
stylize pic.png pic.png -o x.bmp              | cannot write x.bmp: its suffix must be .png, .jpg
stylize pic.png pic.png -o ink.jsonl/x.png    | ink.jsonl: it is not a folder; give the name
stylize pic.png pic.png -o x.png --size 0     | size is 0; allowed: 32 to 8192
stylize pic.png pic.png -o x.png --steps x    | 'x' is not a whole number
stylize pic.png pic.png -o x.png --every 0    | --every is 0; allowed: 1 to
stylize pic.png pic.png -o x.png --report folder | folder: it is a folder; give the name of a file
stylize pic.png pic.png -o x.png --checkpoint folder | folder: it is a folder; give the name of a
stylize pic.png pic.png -o x.png --backbone xx | unknown backbone 'xx'; available: vgg19
stylize pic.png pic.png -o x.png --preset xx  | no preset 'xx'; available: mosaic
stylize pic.png pic.png -o x.png --style-weight inf | style_weight is inf; allowed: 0 to 1e9
stylize pic.png pic.png -o x.png --dream relu4_1:99999 | relu4_1 has channels 0 to 511, not 99999
stylize pic.png pic.png -o x.png --dream relu4_1:guide | a painting has no guide picture
stylize pic.png pic.png -o x.png --dream ""   | --dream is empty: give a value, or leave it out
stylize pic.png -o x.png --fast xx            | there is no fast style 'xx'; there are wave
dream none -o ink.jsonl                       | MISSING
dream none -o x.png                           | MISSING
dream folder -o x.png                         | folder: it is a folder; give the name of a file
stylize pic.png pic.png -o x.png --dream-weight 5 | dream_weight is 5.0, and there is no dream
stylize pic.png pic.png -o x.png --step-size 0.1 | step_size is 0.1, which only the optimizer adam
stylize pic.png pic.png -o x.png --every 2    | --every is for --preview and --animation: give one
dream pic.png -o x.png --zoom 1.5             | zoom is 1.5, and there is one frame: give frames
wallpaper 永 -o x.png --photo pic.png --pattern yama | give either --photo or --pattern: each is
dream junk -o x.png                           | junk is not a picture in a supported format
dream pic.png -o x.bmp                        | cannot write x.bmp: its suffix must be .png, .jpg
dream pic.png -o x.png --guide none           | MISSING
dream pic.png -o x.png --octaves 0            | octaves is 0; allowed: 1 to 20
dream pic.png -o x.png --objective ""         | --objective is empty: give a value, or leave it
dream -o x.png --objective ""                 | --objective is empty: give a value, or leave it
dream -o x.png --objective relu4_1:512        | relu4_1 has channels 0 to 511, not 512
dream -o x.png --objective relu4_1:guide      | relu4_1:guide needs a guide picture (--guide
dream pic.png -o x.png --objective relu1_1:guide | relu1_1:guide needs a guide picture (--guide
dream pic.png -o x.png --guide pic.png --channel 3 | a guide picture cannot be combined with a
dream pic.png -o x.png --backbone alexnet --class dgo | alexnet is kept without its classification
dream pic.png -o x.png --backbone squeezenet1_0 --class dgo | no ImageNet class 'dgo'; did you mean
layers xx                                     | unknown backbone 'xx'; available: vgg19
layers vgg19 --size 0                         | size is 0; allowed: 32 to 2048
layers vgg19 --photos none                    | MISSING
dream -o x.png --octaves 2                    | octaves can only be given with a picture to dream in
layers vgg19 -o x.bmp                         | cannot write x.bmp: its suffix must be .png, .jpg
compare pic.png none -o there                 | MISSING
compare none pic.png -o there                 | MISSING
compare pic.png pic.png -o ink.jsonl          | ink.jsonl: it is not a folder; give the name of one
compare pic.png pic.png -o there --size 0     | size is 0; allowed: 32 to 8192
weights fetch xx                              | unknown backbone 'xx'; available: vgg19
weights import https://x.invalid/w.pth --sha256 zz | --sha256 is 'zz'; a sha256 has 64 digits
weights import pic.png --sha256 zz            | --sha256 is 'zz'; a sha256 has 64 digits
weights export alexnet -o x.onnx --photos pic.png | --photos is for --precision int8, not float32
weights export alexnet -o x.onnx --precision int8 | --precision int8 needs --photos PATH, a photo
weights import none --backbone vgg19          | MISSING
weights import folder --backbone vgg19        | published weights has one .safetensors; here are no
weights import pic.png --backbone vgg19       | the suffix must be one of .safetensors, .pth
weights import pic.pth --backbone vgg19       | pic.pth is a PNG picture, not a .pth file of weights
weights import empty.pth --backbone vgg19     | empty.pth is an empty file, not a .pth
weights import empty.safetensors              | empty.safetensors is an empty file, not a
weights import junk.net --backbone squeezenet1_0 | junk.net is not a compressed SqueezeNet:
weights import junk.caffemodel --backbone vgg16 | junk.caffemodel is not a .caffemodel:
weights import junk.safetensors --backbone vgg16 | junk.safetensors cannot be read as weights
weights import ftp://x/y --backbone alexnet   | SOURCE is ftp://x/y; a URL begins with https:// or
weights import file:///x/y.pth                | is file:///x/y.pth; a URL begins with https:// or
weights import '' --backbone vgg19            | SOURCE: '' names nothing
wallpaper 永 -o x.png --style ''              | --style: '' names nothing
wallpaper 永遠 -o x.png --reading             | reading is for a single kanji, and characters are
wallpaper 永 -o x.bmp                         | cannot write x.bmp: its suffix must be .png, .jpg
wallpaper 永永永永永 -o x.png                 | characters are 5; allowed: 1 to 4
wallpaper 永 -o x.png --size 0x0              | --size is 0x0; each side has 320 to 4096 pixels
wallpaper 永 -o x.png --size 100000x100000    | --size is 100000x100000; each side has 320 to 4096
wallpaper 永 -o x.png --size 4096x4096        | --size is 4096x4096; at most 8300000 pixels in all
wallpaper 永 -o x.png --style sumi --painting-px 0 | --painting-px is 0; allowed: 32 to 8192
wallpaper 永 -o x.png --style sumi --painting-px 99999 | --painting-px is 99999; allowed: 32 to 8192
wallpaper 永 -o x.png --style sumi --backbone alexnet --painting-px 40 | --painting-px is 40;
wallpaper 永 -o x.png --style sumi --steps 0  | --steps is 0; allowed: 1 to 10000
wallpaper 永 -o x.png --style sumi --strength 2 | --strength is 2.0; allowed: 0 to 1
wallpaper 永 -o x.png --style sumi --backbone xx | unknown backbone 'xx'; available: vgg19
wallpaper 永 -o x.png --ink ink.jsonl         | the ink is a drawing of '一', and the first
wallpaper '永☃' -o x.png                      | there are no strokes for '☃'; give kanji or kana
wallpaper ' ' -o x.png                        | characters are 0; allowed: 1 to 4
wallpaper 永 -o x.png --seed -1               | --seed is -1; allowed: 0 or more
wallpaper 永 -o x.png --photo none            | MISSING
wallpaper 永 -o x.png --photo junk            | junk is not a picture in a supported format
wallpaper 永 -o x.png --ink empty.jsonl       | empty.jsonl has no ink; a line of JSONL is such as
wallpaper 永 -o x.png --pattern xx            | pattern is 'xx'; allowed: seigaiha
"""
ROWS = [tuple(map(str.strip, row.split("|"))) for row in ERRORS.splitlines() if row]


@pytest.fixture
def inputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder with the files that ERRORS names, and a data folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HITSUJUN_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(isatty=lambda: True))
    Path("ink.jsonl").write_text(INK, "utf-8")
    Path("empty.jsonl").touch()
    for name in ("", ".h5", ".net", ".caffemodel", ".safetensors"):
        Path(f"junk{name}").write_bytes(bytes(range(256)))
    for name in ("text.h5", "text.zip"):
        Path(name).write_text("so")
    for name in ("loop.h5", "loop.litdata"):
        Path(name).symlink_to(name)
    for name in ("empty.pth", "empty.safetensors", "empty.h5", "old.litdata"):
        Path(name).touch()
    Path("deep.jsonl").write_text("[" * DEEP)
    Path("twice.jsonl").write_text(INK.replace("{", '{"char": "二", '), "utf-8")
    Path("digits.jsonl").write_text("9" * 5000)
    Path("half.jsonl").write_text(INK.replace("一", r"\ud83d"))
    Path("junk.txt").write_text("so")
    for name, manifest in {"deep": "[" * DEEP, "list": "[]", "empty": '{"format": 1}'}.items():
        _write_tar(Path(f"{name}.tar"), {"manifest.json": manifest.encode()})
    Path("folder").mkdir()
    Path("pictures").mkdir()
    for name in ("pic.png", "pic.pth", "pictures/pic.png"):
        Image.new("RGB", (32, 32), "red").save(name, "PNG")
    return tmp_path


@pytest.mark.parametrize(("line", "message"), ROWS, ids=[row[0] for row in ROWS])
def test_an_error_is_one_line_that_says_what_to_do(
    inputs: Path, capfd: pytest.CaptureFixture[str], line: str, message: str
) -> None:
    before = sorted(inputs.rglob("*"))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        status = _status(shlex.split(line.replace("PORT", port)))
    output = capfd.readouterr()
    lines = [one for one in output.err.splitlines() if not one.endswith("...")]  # of progress
    assert status == 2
    assert output.out == ""
    assert message.replace("MISSING", MISSING) in output.err
    assert len([one for one in lines if one != "joining the parts"]) == 1
    assert all(one.startswith("hitsujun") and "Errno" not in one for one in lines[-1:])
    new = ("x.", "there", "b.tar", ".b.tar")
    left = {path for path in set(inputs.rglob("*")) - set(before) if path.name.startswith(new)}
    assert not left


@pytest.mark.parametrize(
    "line",
    [
        "grade ink.jsonl --reference zh",
        "recognize ink.jsonl --order --reference zh",
        "data info zh",
        "data show zh 一 -o x.png",
        "data build references --set zh --from pipe -o x.h5",
    ],
)
def test_a_set_is_announced_only_where_its_source_is_there(
    inputs: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], line: str
) -> None:
    monkeypatch.setenv("HITSUJUN_CACHE", str(inputs / "cache"))
    os.mkfifo("pipe")
    assert _status(shlex.split(line)) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and ("run hitsujun data fetch" in error or "a pipe" in error)


@pytest.mark.parametrize("command", ["grade", "data info", "tune -o x.json", "dream -o x.png"])
def test_a_line_break_in_a_name_breaks_no_error(
    inputs: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    Path("a\nb.jsonl").write_text("\n?")
    for name in ("a\nb.jsonl", "no\nsuch.jsonl"):
        assert _status([*command.split(), name]) == 2
        error = capsys.readouterr().err
        assert error.count("\n") == 1 and name.replace("\n", "\\n") in error


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="Linux has a folder that takes no file")
@pytest.mark.parametrize(
    "line",
    [
        "simulate -o /proc/x.png",
        "tune ink.jsonl -o /proc/x.json",
        "stylize pic.png pic.png -o /proc/x.png",
        "stylize pic.png pic.png -o x.png --report /proc/x.json",
        "wallpaper 永 -o /proc/x.png",
        "data build corpus ink.jsonl -o /proc/x.h5",
        "dream -o /proc/x.png",
    ],
)
def test_a_file_that_cannot_be_created_is_told_before_the_work(
    inputs: Path, capsys: pytest.CaptureFixture[str], line: str
) -> None:
    assert _status(shlex.split(line)) == 2
    output = capsys.readouterr()
    assert output.out == "" and output.err.count("\n") == 1 and "/proc/x." in output.err


@pytest.mark.parametrize("line", ["recognize ink.jsonl", "grade ink.jsonl", "openapi"])
def test_an_output_that_has_no_japanese_is_told_what_to_do(
    inputs: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], line: str
) -> None:
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), "ascii"))
    assert main(shlex.split(line)) == 2
    error = capsys.readouterr().err.splitlines()[-1]
    assert error.endswith("its encoding, ascii, cannot write: set PYTHONIOENCODING=utf-8")


@pytest.mark.parametrize("command", ["recognize", "grade", "data info"])
def test_ink_is_read_from_standard_input(
    inputs: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(INK.encode())))
    assert main([*command.split(), "-"]) == 0
    assert "一" in capsys.readouterr().out or command == "data info"


def test_an_unwritable_cache_is_found_before_references_are_built(
    inputs: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def read(*_: object) -> None:
        raise AssertionError("the references were read before the cache was tried")

    monkeypatch.setattr("data.references.kanjivg.KanjiVG.reference", read)
    monkeypatch.setenv("HITSUJUN_CACHE", str(inputs / "ink.jsonl"))
    assert main(["grade", "ink.jsonl"]) == 2
    error = capsys.readouterr().err.splitlines()[-1]
    assert error.startswith(f"hitsujun: the cache folder {inputs / 'ink.jsonl'} cannot be written")
    assert error.endswith("name another one with HITSUJUN_CACHE")


@pytest.mark.parametrize(
    "line",
    [
        "data build corpus many.jsonl -o x.h5",
        "data build references --set zh --from graphics.txt -o x.h5",
        "data build photos pictures -o x.h5",
        "data export many.jsonl -o x.inkml",
        "wallpaper 永 -o x.png",
    ],
)
def test_a_full_disk_is_one_line_and_leaves_no_file(
    inputs: Path, capsys: pytest.CaptureFixture[str], line: str
) -> None:
    Path("many.jsonl").write_text(INK * 500, "utf-8")
    medians = [[[n % 900, 0], [900, n % 900]] for n in range(3000)]
    Path("graphics.txt").write_text(f'{{"character": "一", "medians": {medians}}}\n', "utf-8")
    with _files_of_at_most(FEW_BYTES):
        status = main(shlex.split(line))
    error = capsys.readouterr().err.splitlines()[-1]
    assert status == 2
    assert "the file would be larger than this system allows" in error
    assert "Errno" not in error and "errno" not in error
    left = {path.name for path in inputs.iterdir() if path.name.startswith((".x.", "x."))}
    assert left <= {".x.h5.parts"}  # from which the next run resumes


@contextmanager
def _files_of_at_most(count: int) -> Iterator[None]:
    """No file of this process becomes larger than `count` bytes: as on a full disk, it fails."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (count, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def _write_tar(path: Path, files: dict[str, bytes]) -> None:
    with tarfile.open(path, "w") as tar:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))


def _status(arguments: list[str]) -> object:
    try:
        return main(arguments)
    except SystemExit as stop:
        return stop.code
