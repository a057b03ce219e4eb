"""Paper: what stands on it and in which order, that each code is read, sizes, tags for readers."""

import re
from typing import Any

import pytest

from eventapp import pdf
from eventapp.paper.columns import DEFAULT
from eventapp.paper.fitting import SMALLEST
from eventapp.paper.rules import A4, BADGES, CODES, Paper
from tests.paper.crowd import LONG, NAMES, crowd, person
from tests.paper.crowd_pages import codes_on, data_of, pictures
from tests.pdfs import objects, text_of
from tests.registration.test_actions import plan

pytestmark = pytest.mark.usefixtures("app")

SIGNING = {"columns": list(DEFAULT), "free": [], "blank": 2}
ALL: list[tuple[Paper, dict[str, Any]]] = [
    *((Paper.BADGES, {"format": key}) for key in BADGES),
    *((Paper.CODES, {"per_page": key}) for key in CODES),
    (Paper.DOORS, {}),
    (Paper.SIGNING, SIGNING),
]


def plain(text: str) -> str:
    """Without what only breaks lines."""
    return re.sub(r"[\s\u200b\xad-]", "", text)


@pytest.mark.parametrize(("paper", "options"), ALL)
def test_every_sheet_is_tagged_a4_with_all_names(paper: Paper, options: dict[str, object]) -> None:
    event = plan(items=[{"slug": "a", "choice_group": "w", "title": "Werkstatt A"}])
    people = crowd(len(NAMES))
    file = pdf.write_pdf(paper.value, data_of(event, people, paper, **options))
    heads = "\n".join(head for head, _stream in objects(file).values())
    assert b"<pdfuaid:part>1</pdfuaid:part>" in file
    assert "/StructTreeRoot" in heads
    assert "/Marked true" in heads
    assert "/Lang" in heads
    assert "/DisplayDocTitle true" in heads
    for box in re.findall(r"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", heads):
        assert [float(each) / 72 * 25.4 for each in box] == pytest.approx(A4, abs=0.1)
    if paper in (Paper.BADGES, Paper.CODES):
        assert heads.count("/S /Figure") + heads.count("/S/Figure") == len(people)
    text = plain("\n".join(text_of(file)))
    places = [text.find(plain(first)) for _title, first, _last in NAMES[:3]]
    assert places == sorted(places)
    assert -1 not in places
    for last in ("Müller-Lüdenscheidt", "Öğün", "Ánh", LONG):
        assert plain(last) in text


@pytest.mark.parametrize(
    ("paper", "options"), [each for each in ALL if each[0] in (Paper.BADGES, Paper.CODES)]
)
@pytest.mark.parametrize("wants_no_photo", [True, False])
def test_a_double_name_of_60_letters_is_whole_on_every_format(
    paper: Paper, options: dict[str, object], wants_no_photo: bool
) -> None:
    people = [person(3, wants_no_photo=wants_no_photo, first_name=each) for each in ("Anna", "Zoë")]
    data = data_of(plan(), people, paper, **options)
    for page in data["groups"]:
        for _at, one in page:
            assert plain("".join(one["lines"])).endswith(plain(LONG))
            assert one["size"] >= SMALLEST
            assert one["squeeze"] >= 75


@pytest.mark.parametrize("key", BADGES)
def test_badges_stand_in_their_fields_with_large_names(key: str) -> None:
    grid = BADGES[key]
    data = data_of(plan(), crowd(25), Paper.BADGES, format=key)
    assert all(one["size"] >= SMALLEST for page in data["groups"] for _at, one in page)
    assert len(data["groups"]) == -(-25 // grid.fields)
    for x, y in grid.places():
        assert 0 <= x <= A4[0] - grid.width + 0.01
        assert 0 <= y <= A4[1] - grid.height + 0.01
    [picture, *_rest] = pictures(Paper.BADGES, data, 72)
    for at, _one in data["groups"][0][:2]:
        left, top = (each / 25.4 * 72 for each in at)
        right, bottom = left + grid.width / 25.4 * 72, top + grid.height / 25.4 * 72
        inner = picture.crop((int(left), int(top), int(right), int(bottom))).point(
            lambda dot: 255 * (dot < 90)
        )
        left, top, right, bottom = inner.getbbox() or (0, 0, 0, 0)
        assert left > 5  # two millimetres stay free for printers that are not exact
        assert top > 5
        assert right < inner.width - 5
        assert bottom < inner.height - 5


def test_the_drawn_size_is_the_one_reckoned() -> None:
    data = data_of(plan(), [person(3)], Paper.BADGES, format="90x55")
    file = pdf.write_pdf("badges", data)
    sizes = [
        float(size)
        for _head, stream in objects(file).values()
        for size in re.findall(rb"/f\d+ ([\d.]+) Tf", stream)
    ]
    assert max(sizes) == data["groups"][0][0][1]["size"] == SMALLEST


@pytest.mark.parametrize("key", BADGES)
def test_each_code_of_100_badges_is_read(key: str) -> None:
    """From pages far coarser than any printer's."""
    people = crowd(100)
    data = data_of(plan(), people, Paper.BADGES, format=key)
    found = [codes_on(each) for each in pictures(Paper.BADGES, data, 150)]
    wanted = [f"HTTPS://EVENTS.EXAMPLE/C/{each.ticket}" for each in people]
    assert sorted(code for page in found for code in page) == sorted(wanted)
    assert found[0] == wanted[: BADGES[key].fields]


@pytest.mark.parametrize("key", CODES)
def test_each_code_of_the_sheets_is_read_and_stands_as_text(key: str) -> None:
    people = crowd(9)
    data = data_of(plan(), people, Paper.CODES, per_page=key)
    found = [code for each in pictures(Paper.CODES, data, 60) for code in codes_on(each)]
    assert found == [f"HTTPS://EVENTS.EXAMPLE/C/{each.ticket}" for each in people]
    text = "\n".join(text_of(pdf.write_pdf("codes", data)))
    assert all(f"{each.short_code}\n" in text for each in people)


def test_the_sheet_to_sign_has_exactly_the_columns_chosen() -> None:
    event = plan()
    data = data_of(event, crowd(4), Paper.SIGNING, **SIGNING)
    assert data["headings"] == ["Name", "Vorname", "Unterschrift"]
    rows = data["parts"][0]["rows"]
    assert [row[2] for row in rows] == [""] * 6
    assert plain(rows[3][0]) == plain(LONG)
    more = {"columns": ["last_name", "organisation", "signature"], "free": ["Ort"], "blank": 0}
    data = data_of(event, crowd(1), Paper.SIGNING, **more)
    assert data["headings"] == ["Name", "Organisation", "Ort", "Unterschrift"]


def test_the_heading_stands_on_every_page() -> None:
    pages = text_of(pdf.write_pdf("signing", data_of(plan(), crowd(60), Paper.SIGNING, **SIGNING)))
    assert len(pages) > 1
    assert all("Unterschrift\n" in page for page in pages)


def test_the_door_list() -> None:
    event = plan(items=[{"slug": "a", "choice_group": "w", "title": "Werkstatt A"}])
    data = data_of(event, crowd(2), Paper.DOORS)
    assert data["headings"] == ["Da", "Name", "Organisation", "Programm", "Code"]
    assert data["rows"][1] == ["Öğün, Şükrü", "", "Werkstatt A", "K7M4-0001"]


def test_no_photo_is_said_by_shape_and_word_and_assistants_by_nobodys_name() -> None:
    people = [person(0, wants_no_photo=True), person(1, wants_no_photo=False)]
    nameless = person(2, first_name="Assistenz von Zoë", is_nameless=True)
    data = data_of(plan(), [*people, nameless], Paper.BADGES, format="90x55")
    text = "\n".join(text_of(pdf.write_pdf("badges", data)))
    assert text.count("Keine Fotos") == 1
    assert "Begleitung" in text
    assert "Assistenz" not in text
