"""The network's logo on paper: on which, with its words, and never another's."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from eventapp.certificates.sheet import write_certificate, written
from eventapp.clock import now
from eventapp.db import reading, transaction
from eventapp.events.definition import EventDefinition
from eventapp.figures.year import Year
from eventapp.figures.year_print import for_print
from eventapp.funding import blocks
from eventapp.networks import logo
from eventapp.networks.printed import printed_logo
from eventapp.paper.columns import DEFAULT
from eventapp.paper.rules import Paper
from eventapp.pdf import write_pdf
from eventapp.registration.queries import get_holder
from eventapp.registration.ticket_pdf import write_ticket
from tests.certificates.handed import Course
from tests.factories import make_logo, make_network, node_of, png
from tests.paper.crowd import crowd
from tests.paper.crowd_pages import data_of
from tests.pdfs import objects
from tests.registration.test_actions import event_of

pytestmark = pytest.mark.usefixtures("app")

WORDS = "Ein Baum mit drei Ästen"
PUBLIC = "https://events.example"


class Marked(Course):
    """Its network has a logo."""

    def __init__(self) -> None:
        with transaction() as session:
            network = make_network(session, "netz")
            make_logo(session, network, logo.read(png(800, 200)), WORDS)
            network_id = network.id
        super().__init__(network_id=network_id)


def certificate(course: Course) -> bytes:
    guest, issued = course.give()
    with reading() as connection:
        holder = get_holder(connection, guest.id)
    return write_certificate(holder, issued.paper, issued.issued_at, PUBLIC, written(holder))


def ticket(course: Course) -> bytes:
    with reading() as connection:
        holder = get_holder(connection, course.guest().id)
    return write_ticket(holder, None, PUBLIC)


def year(_course: Course) -> bytes:
    empty = Year(2026, ())
    return write_pdf("year", for_print(node_of("netz"), empty, empty, now()))


def cover(course: Course) -> bytes:
    return blocks.write(_event(course), "Verwendungsnachweis", [blocks.heading("Zahlen")])


def signing(course: Course) -> bytes:
    options = {"columns": list(DEFAULT), "free": [], "blank": 2}
    return write_pdf("signing", data_of(_event(course), crowd(3), Paper.SIGNING, **options))


def badges(course: Course) -> bytes:
    return write_pdf("badges", data_of(_event(course), crowd(1), Paper.BADGES, format="a6"))


def _event(course: Course) -> EventDefinition:
    return event_of(course.slug)


def alternatives(file: bytes) -> list[str]:
    """What a reader says of the pictures."""
    heads = "\n".join(head for head, _stream in objects(file).values())
    found = re.findall(r"/Alt ?<([0-9A-F]+)>|/Alt ?\(((?:\\.|[^\\()])*)\)", heads)
    return [_decoded(one, other) for one, other in found]


def _decoded(as_hex: str, plain: str) -> str:
    return bytes.fromhex(as_hex).decode("utf-16").lstrip("\ufeff") if as_hex else plain


@pytest.mark.parametrize("make", [certificate, ticket, year, cover, signing, badges])
def test_the_logo_stands_on_paper_with_its_words(make: Callable[[Course], bytes]) -> None:
    file = make(Marked())
    assert alternatives(file).count(WORDS) == 1
    assert b"<pdfuaid:part>1</pdfuaid:part>" in file


def test_paper_of_a_network_without_a_logo_has_none() -> None:
    assert WORDS not in alternatives(certificate(Course()))


def test_the_logo_is_small_enough_for_a_file_that_is_mailed() -> None:
    Marked()
    shown = printed_logo(node_of("netz").inherited.logo)
    assert shown
    assert (shown["width"], shown["height"]) == (480, 120)


def test_a_logo_that_was_replaced_meanwhile_is_not_drawn() -> None:
    Marked()
    shown = node_of("netz").inherited.logo
    assert shown
    assert printed_logo(replace(shown, digest="another")) is None
