"""The certificate as a PDF. It is printed from what was sealed when it was issued: the same paper
as often as it is asked for. Takes a while: nothing for a transaction."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from eventapp import pdf
from eventapp.attendance.standing_words import hours
from eventapp.certificates.issuing import KIND
from eventapp.certificates.rules import Content, Paper, shown_code
from eventapp.events.definition import DateDefinition, EventDefinition
from eventapp.events.models import Attendance
from eventapp.formatting import clock_range, full_date, long_date, when
from eventapp.languages import gettext as _
from eventapp.languages import in_language
from eventapp.networks.printed import printed_logo
from eventapp.pdf import Verbatim
from eventapp.registration import qr
from eventapp.registration.holder import Holder
from eventapp.registration.wording_mails import sample_holder
from eventapp.wording import text
from eventapp.wording.rules import Section, holding
from eventapp.wording.values import values_for

BRAND, LINE = "#1D2A5E", "#B8743F"
_LARGEST, _SMALLEST, _WIDTH = 30.0, 15.0, 460.0  # points
_LETTER = 0.62  # of the size: how wide a letter of a name is at most, on average


def write_certificate(
    holder: Holder, paper: Paper, issued_at: datetime, public_url: str, said: Mapping[str, str]
) -> bytes:
    """One page A4 in the holder's language, or more where the organisers write much; `said` is
    that, by section."""
    return prepare(holder, paper, issued_at, public_url)(said)


def prepare(
    holder: Holder, paper: Paper, issued_at: datetime, public_url: str
) -> Callable[[Mapping[str, str]], bytes]:
    """Ready but for what the organisers write: ten codes drawn in a row are a third cheaper than
    each between two files."""
    with in_language(holder.language):
        sheet = sheet_of(holder, paper, issued_at, public_url)

    def write(said: Mapping[str, str]) -> bytes:
        with in_language(holder.language):
            texts = texts_of(holder, paper.content, public_url, said)
            return pdf.write_pdf("certificate", {**sheet, **texts})

    return write


def written(holder: Holder) -> Mapping[str, str]:
    """What the organisers write on this holder's paper, by section."""
    return holding(holder.event.wordings, holder.language, KIND)


def sheet_of(
    holder: Holder, paper: Paper, issued_at: datetime, public_url: str
) -> Mapping[str, Any]:
    """What `certificate.typ` asks beside `texts_of`, in the present language."""
    event, content = holder.event, paper.content
    colours = event.network.inherited.colours
    return {
        **_words(holder.language, public_url),
        "lang": holder.language,
        "foot": event.network.name,
        "brand": colours.brand or BRAND,
        "line": colours.copper_line or LINE,
        "logo": printed_logo(event.network.inherited.logo),
        "network": event.network.name,
        "name": content.full_name,
        "name_size": name_size(content.full_name),
        "event": event.title,
        "facts": _facts(event, content.dates, content.attendance, content.minutes, holder.language),
        "issued": _("Ausgestellt am %(day)s.", day=full_date(issued_at)),
        "qr": Verbatim(qr.print_svg(f"{public_url}/V/{paper.code}".upper())),
        "code": shown_code(paper.code),
    }


@lru_cache(maxsize=10)
def _words(language: str, public_url: str) -> Mapping[str, str]:
    """What stands on all of a language."""
    with in_language(language):
        return {
            "title": _("Teilnahmebescheinigung"),
            "page_words": _("Seite %(page)s von %(pages)s", page="{page}", pages="{pages}"),
            "alt": _("QR-Code: führt zur Prüfung dieser Bescheinigung"),
            "check": _("Prüfcode"),
            "hint": _(
                "Ob diese Bescheinigung echt ist, lässt sich mit Prüfcode und Nachnamen prüfen: "
                "%(address)s. Sie gilt ohne Unterschrift.",
                address=f"{public_url}/verify",
            ),
        }


def verify_url(public_url: str, code: str) -> str:
    """Where it is checked, the code filled in."""
    return f"{public_url}/verify?code={shown_code(code)}"


def file_name(event: EventDefinition) -> str:
    """Without whose it is."""
    return _("teilnahmebescheinigung-%(event)s.pdf", event=event.slug)


def name_size(name: str) -> float:
    """Points with which the longest word of a name still fits in a line: the rest breaks between
    words, and no name is cut."""
    longest = max(map(len, name.replace("-", "- ").split()), default=1)
    return max(_SMALLEST, min(_LARGEST, _WIDTH / (_LETTER * longest)))


Facts = Sequence[tuple[str, Sequence[str]]]


@lru_cache(maxsize=100)
def _facts(
    event: EventDefinition, dates: tuple[int, ...], attendance: str, minutes: int | None, lang: str
) -> Facts:
    """What most people of an event share."""
    with in_language(lang):
        present = [each for each in event.dates if each.id in dates]
        days = [_day(each) for each in present] or [when(event)]
        facts = [(_("Termin") if len(days) == 1 else _("Termine"), days)]
        if minutes:
            facts.append((_("Zeit dabei"), [hours(minutes)]))
        facts.append((_("Ort"), [_place(event, attendance)]))
        facts.append((_("Veranstaltet von"), [host.name for host in event.organisers]))
        return facts


def _day(date: DateDefinition) -> str:
    if date.starts_at is None or date.ends_at is None:
        return when(date)
    return f"{long_date(date.starts_at)}, {clock_range(date)}"


def _place(event: EventDefinition, attendance: str) -> str:
    if attendance == Attendance.ONLINE:
        return _("online")
    return event.venue.one_line if event.venue else _("vor Ort")


def texts_of(
    holder: Holder, content: Content, public_url: str, said: Mapping[str, str]
) -> Mapping[str, Sequence[str]]:
    """What the organisers write, else ours; placeholders stand for what the paper says."""
    named = replace(
        holder,
        title=content.title,
        first_name=content.first_name,
        last_name=content.last_name,
        attendance=content.attendance,
    )
    values = values_for(named, f"{public_url}/verify") if said else None

    def paragraphs(section: Section, otherwise: Sequence[str] = ()) -> Sequence[str]:
        found = text.plain(said[section], values) if values and section in said else ""
        return [each for each in found.split("\n\n") if each.strip()] or otherwise

    return {
        "intro": paragraphs(Section.PAPER, [_("hat teilgenommen an der Veranstaltung")]),
        "note": paragraphs(Section.PAPER_NOTE),
        "closing": paragraphs(Section.PAPER_CLOSING),
    }


def sample_paper(event: EventDefinition) -> Paper:
    """Of somebody who is nobody; its code checks as not known."""
    holder = sample_holder(event, "de")
    dates = tuple(each.id for each in event.dates_on)
    content = Content(
        "", holder.first_name, holder.last_name, holder.attendance, dates, _minutes(event)
    )
    return Paper("MUSTER" + "X" * 10, content)


def _minutes(event: EventDefinition) -> int | None:
    return 90 * len(event.dates_on) if event.counts_minutes else None
