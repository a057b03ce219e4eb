"""Every PDF of the house is looked at by veraPDF: does it keep PDF/UA-1?"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typst
from flask import Flask

from eventapp import pdf
from tests.funding.course import course
from tests.funding.test_pack import pack
from tests.house.full import SLUG, Full, methods, rules
from tests.house.test_hostile import exported
from tests.invitations.test_audience import Network as House
from tests.inviting.test_letters import fetched, with_address
from tests.paper.crowd import NAMES, crowd
from tests.paper.crowd_pages import data_of
from tests.paper.test_sheets import ALL
from tests.planning.office import Office
from tests.registration.test_actions import plan
from tests.verapdf import offences


def pages(app: Flask, folder: Path) -> None:
    """Whatever a page answers with."""
    full = Full(app, folder)
    full.plan()
    full.grow(2)
    ada = full.ada()
    for rule in rules(app):
        if "GET" in methods(rule):
            ada.get(full.address(rule))
    ada.get(f"/organise/events/{SLUG}/invitations/calls.pdf")
    exported(ada, "pdf")


def sheets(_app: Flask, _folder: Path) -> None:
    event = plan(items=[{"slug": "a", "choice_group": "w", "title": "Werkstatt A"}])
    for paper, options in ALL:
        pdf.write_pdf(paper.value, data_of(event, crowd(len(NAMES)), paper, **options))


def letters(app: Flask, _folder: Path) -> None:
    house = House(app, audience="invited")
    with_address(house)
    fetched(house.ada(), "pdf")


def funding(app: Flask, _folder: Path) -> None:
    office = Office(app)
    course(office)
    pack(office.ada())


SOURCES: dict[Callable[[Flask, Path], None], set[str]] = {
    pages: {"calls", "certificate", "order", "people", "ticket", "year"},
    sheets: {"badges", "codes", "doors", "signing"},
    letters: {"letters"},
    funding: {"funding", "signing"},
}


@pytest.fixture
def database_url(sqlite_database: str) -> str:
    """A file is the same from both databases."""
    return sqlite_database


def test_every_template_is_looked_at() -> None:
    shared = {"fields", "page"}
    assert {path.stem for path in pdf._TEMPLATES.glob("*.typ")} - shared == set().union(
        *SOURCES.values()
    )


@pytest.mark.parametrize("source", SOURCES)
def test_every_file_keeps_the_standard(
    source: Callable[[Flask, Path], None],
    app: Flask,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: dict[str, bytes] = {}
    compile_ = pdf._compile

    def noted(template: str, *data: Any) -> bytes:
        file = compile_(template, *data)
        made[f"{template}-{len(made)}.pdf"] = file
        return file

    monkeypatch.setattr(pdf, "_compile", noted)
    source(app, tmp_path)
    assert {name.partition("-")[0] for name in made} == SOURCES[source]
    folder = tmp_path / "made"
    folder.mkdir()
    for name, file in made.items():
        (folder / name).write_bytes(file)
    assert offences(folder) == {name: [] for name in made}


def test_a_file_without_title_and_language_is_refused(tmp_path: Path) -> None:
    bare: Any = typst.Compiler(b"= Einlass", ignore_system_fonts=True)
    (tmp_path / "bare.pdf").write_bytes(bare.compile(format="pdf"))
    clauses = {each.split()[0] for each in offences(tmp_path)["bare.pdf"]}
    assert {"5-1", "7.1-9", "7.1-10"} <= clauses
