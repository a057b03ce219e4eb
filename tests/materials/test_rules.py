"""Who sees what when; which files are taken."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from PIL import Image

from eventapp.materials import files
from eventapp.materials.files import MaterialNotTaken, MaterialTooLarge
from eventapp.materials.rules import (
    MOST_BYTES,
    MOST_BYTES_TOGETHER,
    MOST_MATERIALS,
    Listed,
    MaterialsTooLarge,
    Reader,
    Stage,
    TooManyMaterials,
    check_room,
    has_more,
    may_see,
    moved,
)
from tests.factories import png
from tests.materials.documents import DOCX, ODT, PDF, WITH_MACROS, damaged, locked

OFFICE = "application/vnd.openxmlformats-officedocument"
NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
ANYBODY, REGISTERED, THERE = Reader(), Reader(has_place=True), Reader(True, True)
ONLY_DOOR = Reader(has_place=False, was_there=True)


def listed(audience: str = "all", **values: object) -> Listed:
    empty = dict.fromkeys(Listed.__dataclass_fields__)
    known = {"id": 1, "event_id": 1, "position": 1, "kind": "link", "audience": audience}
    return Listed(**{**empty, **known, **values})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("audience", "readers"),
    [
        ("all", [ANYBODY, REGISTERED, THERE, ONLY_DOOR]),
        ("registered", [REGISTERED, THERE]),
        ("attended", [THERE]),
    ],
)
def test_each_sees_what_is_for_them(audience: str, readers: list[Reader]) -> None:
    everybody = (ANYBODY, REGISTERED, THERE, ONLY_DOOR)
    assert [each for each in everybody if may_see(listed(audience), each, NOW)] == readers


def test_nobody_sees_it_before_its_time_or_withdrawn() -> None:
    later = listed(publishes_at=NOW + timedelta(seconds=1))
    assert later.stage(NOW) is Stage.LATER
    assert not may_see(later, THERE, NOW)
    assert may_see(later, ANYBODY, NOW + timedelta(seconds=1))
    gone = listed(withdrawn_at=NOW)
    assert gone.stage(NOW) is Stage.WITHDRAWN
    assert not may_see(gone, THERE, NOW)


def test_the_public_learns_that_there_are_more_only_once_they_are_out() -> None:
    assert not has_more([listed(), listed("registered", withdrawn_at=NOW)], NOW)
    assert has_more([listed("attended")], NOW)


def test_an_event_takes_so_many_and_so_much() -> None:
    full = [listed()] * MOST_MATERIALS
    with pytest.raises(TooManyMaterials):
        check_room(full, 0, is_new=True)
    check_room(full, 0, is_new=False)
    large = [listed(size=MOST_BYTES_TOGETHER - 10)]
    check_room(large, 10, is_new=True)
    with pytest.raises(MaterialsTooLarge):
        check_room(large, 11, is_new=False)


def test_one_moves_among_the_others() -> None:
    assert moved([1, 2, 3], 3, -1) == [1, 3, 2]
    assert moved([1, 2, 3], 1, 1) == [2, 1, 3]
    assert moved([1, 2, 3], 1, -1) == [1, 2, 3]
    assert moved([1, 2, 3], 3, 1) == [1, 2, 3]


@pytest.mark.parametrize(
    ("name", "data", "media_type"),
    [
        ("Folien.PDF", PDF, "application/pdf"),
        ("brief.docx", DOCX, f"{OFFICE}.wordprocessingml.document"),
        ("brief.odt", ODT, "application/vnd.oasis.opendocument.text"),
        ("notiz.txt", "Grüße".encode(), "text/plain"),
        ("bild.png", png(), "image/png"),
    ],
)
def test_what_a_file_is_stands_in_it(name: str, data: bytes, media_type: str) -> None:
    assert files.read(name, data).media_type == media_type


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("seite.html", b"<script>alert(1)</script>"),
        ("bild.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("folien.pdf", b"<script>alert(1)</script>"),
        ("folien.pdf", b""),
        ("brief.docx", b"PK\x03\x04"),
        ("brief.docx", ODT),
        ("brief.docx", WITH_MACROS),
        ("brief.odt", DOCX),
        ("brief.odt", locked()),
        ("brief.odt", damaged()),
        ("notiz.txt", b"\xff\xfe\x00"),
        ("notiz.txt", b"a\0b"),
        ("bild.jpg", b"GIF89a"),
        ("ohne-endung", PDF),
        ("alles.zip", DOCX),
    ],
)
def test_what_is_something_else_is_not_taken(name: str, data: bytes) -> None:
    with pytest.raises(MaterialNotTaken):
        files.read(name, data)


def test_a_file_too_large_is_not_taken() -> None:
    with pytest.raises(MaterialTooLarge):
        files.read("folien.pdf", PDF + b" " * MOST_BYTES)


def test_a_picture_forgets_the_camera() -> None:
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x010F] = "Kamera von Erika"
    Image.new("RGB", (4, 3)).save(out, "JPEG", exif=exif)
    assert b"Kamera" in out.getvalue()
    assert b"Kamera" not in files.read("foto.jpg", out.getvalue()).data
