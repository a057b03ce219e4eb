"""Dates, times and texts as people read them; also the filters of the templates.

Instants are shown in Berlin's time. The space before "Uhr" and within dates never breaks.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import lru_cache
from itertools import zip_longest
from typing import Any, Protocol

import nh3
from babel.dates import format_date, format_time
from babel.lists import format_list
from flask import Flask
from flask_babel import format_decimal, get_locale, ngettext
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from eventapp.clock import BERLIN
from eventapp.languages import gettext as _
from eventapp.long_words import breakable, title_size
from eventapp.tokens import shown_short_code

NBSP = "\N{NO-BREAK SPACE}"
THIN_DASH = "\N{EN DASH}"

Day = date | datetime


class Timed(Protocol):
    """Anything with a time: an event, one of its dates, a programme item."""

    @property
    def starts_at(self) -> datetime | None: ...
    @property
    def ends_at(self) -> datetime | None: ...


def local(value: Day) -> Day:
    """An instant in Berlin; a plain date stays what it is."""
    return value.astimezone(BERLIN) if isinstance(value, datetime) else value


def _format(value: Day, german: str, english: str) -> str:
    locale, day = str(get_locale() or "de"), local(value)
    pattern = german if locale == "de" else english
    return _formatted(day.date() if isinstance(day, datetime) else day, pattern, locale)


@lru_cache(maxsize=2000)
def _formatted(day: date, pattern: str, locale: str) -> str:
    """The same few days stand on many pages and papers."""
    return format_date(day, pattern, locale)


def long_date(value: Day) -> str:
    """`Mittwoch, 11. September 2024`."""
    return _format(value, f"EEEE, d.{NBSP}MMMM y", f"EEEE, d{NBSP}MMMM y")


def full_date(value: Day) -> str:
    """`11. September 2024`."""
    return _format(value, f"d.{NBSP}MMMM y", f"d{NBSP}MMMM y")


def day_month(value: Day) -> str:
    """`11. September`."""
    return _format(value, f"d.{NBSP}MMMM", f"d{NBSP}MMMM")


def weekday_short(value: Day) -> str:
    """`Mi`."""
    return _format(value, "EEE", "EEE").rstrip(".")


def day(value: Day) -> str:
    """`11.`."""
    return _format(value, "d.", "d")


def month(value: Day) -> str:
    """`Januar`, `Sept.`: as wide as a date block has room for."""
    name = month_name(value)
    return name if len(name) <= 7 else _format(value, "MMM", "MMM")


def month_name(value: Day) -> str:
    """`September`."""
    return _format(value, "LLLL", "LLLL")


def month_year(value: Day) -> str:
    """`September 2024`."""
    return _format(value, "LLLL y", "LLLL y")


def clock(value: datetime) -> str:
    """`13:30`."""
    return format_time(value.astimezone(BERLIN), "HH:mm", locale="de")


def clock_time(value: datetime) -> str:
    """`13:30 Uhr`."""
    return _("%(time)s Uhr", time=clock(value)).replace(" ", NBSP)


def clock_range(value: Timed) -> str:
    """`13:30–15:00 Uhr`; empty where the time is open."""
    if value.starts_at is None or value.ends_at is None:
        return ""
    span = f"{clock(value.starts_at)}{THIN_DASH}{clock(value.ends_at)}"
    return _("%(time)s Uhr", time=span).replace(" ", NBSP)


def time_left(seconds: int) -> str:
    """`Noch 3 Tage`, `Noch 2 Stunden`, `Noch 12 Minuten`."""
    minutes = max(-(-seconds // 60), 1)
    if minutes >= 48 * 60:
        left = ngettext("Noch %(num)d Tag", "Noch %(num)d Tage", minutes // (24 * 60))
    elif minutes > 90:
        left = ngettext("Noch %(num)d Stunde", "Noch %(num)d Stunden", -(-minutes // 60))
    else:
        left = ngettext("Noch %(num)d Minute", "Noch %(num)d Minuten", minutes)
    return str(left)


def venue_line(venue: Any) -> str:
    """The place in one line, whose postal code stays with its town; nothing where none is set."""
    if venue is None:
        return ""
    code, line = venue.postal_code, str(venue.one_line)
    return line.replace(f"{code} ", f"{code}{NBSP}") if code else line


def when(value: Any) -> str:
    """`Mittwoch, 11. September 2024, 13:30–15:00 Uhr`, the days alone, or each date of a course."""
    dates = getattr(value, "dates", ())
    return _with_those_off(dates) if len(dates) > 1 else _one_date(value)


def _with_those_off(dates: Sequence[Any]) -> str:
    """The dates that take place, and behind them those that are called off alone."""
    on, off = [each for each in dates if not each.is_off], [each for each in dates if each.is_off]
    if not off:
        return _course(dates)
    left = _("abgesagt: %(dates)s", dates="; ".join(map(_one_date, off)))
    if not on:
        return left
    return f"{_course(on) if len(on) > 1 else _one_date(on[0])}; {left}"


def _one_date(value: Any) -> str:
    first, last = value.starts_at or value.starts_on, value.ends_at or value.ends_on
    if _is_one_day(value):
        return ", ".join(part for part in (long_date(first), clock_range(value)) if part)
    if value.starts_at is None:
        return _("%(first)s bis %(last)s", first=long_date(first), last=long_date(last))
    return _(
        "%(first)s, %(start)s bis %(last)s, %(end)s",
        first=long_date(first),
        start=clock_time(first),
        last=long_date(last),
        end=clock_time(last),
    )


def _course(dates: Sequence[Any]) -> str:
    """`2 Termine: Sa 23. und Sa 30. Januar 2027, je 10:00–16:00 Uhr`, or each date in full."""
    hours = {clock_range(date) for date in dates}
    if len(hours) > 1 or not all(map(_is_one_day, dates)):
        return _dates_in(len(dates), "; ".join(map(_one_date, dates)))
    days = _days_in_short([_day_of(date.starts_at or date.starts_on) for date in dates])
    [range_] = hours
    if range_:
        days = _("%(days)s, je %(hours)s", days=days, hours=range_)
    return _dates_in(len(dates), days)


def _dates_in(count: int, text: str) -> str:
    return _("%(count)s Termine: %(dates)s", count=count, dates=text)


def _days_in_short(days: Sequence[date]) -> str:
    """`Sa 23. und Sa 30. Januar 2027`: month and year where the next day does not repeat them."""
    shown = []
    for present, following in zip_longest(days, days[1:]):
        parts = [f"ccc{NBSP}d"]
        if following is None or following.timetuple()[:2] != present.timetuple()[:2]:
            parts.append("MMMM")
        if following is None or following.year != present.year:
            parts.append("y")
        english = NBSP.join(parts)
        shown.append(_format(present, english.replace("d", "d.", 1), english))
    return format_list(shown, locale=get_locale())


def _is_one_day(value: Any) -> bool:
    first, last = value.starts_at or value.starts_on, value.ends_at or value.ends_on
    return _day_of(first) == _day_of(last)


@pass_eval_context
def _when_filter(context: EvalContext, value: Any) -> str:
    """`when`; on pages no line breaks within a range of hours."""
    text = when(value)
    return unbroken(text) if context.autoescape else text


def unbroken(text: str) -> Markup:
    """No line breaks within its ranges of hours; mails and pages style the class alike."""
    return Markup(_RANGE.sub(_NOWRAP, str(escape(text))))


_RANGE = re.compile(rf"\d\d:\d\d{THIN_DASH}\d\d:\d\d(?:{NBSP}Uhr)?")
_NOWRAP = r'<span class="nowrap">\g<0></span>'


def _day_of(value: Day) -> date:
    shown = local(value)
    return shown.date() if isinstance(shown, datetime) else shown


_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True})
_ALLOWED_TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "a", "h3", "h4", "blockquote", "hr"}


def markdown(text: str) -> Markup:
    """Organisers' Markdown as safe HTML: no raw HTML, no images, links without referrer."""
    html = _markdown.render(text or "").replace("<h1>", "<h3>").replace("</h1>", "</h3>")
    html = html.replace("<h2>", "<h3>").replace("</h2>", "</h3>")
    clean = nh3.clean(html, tags=_ALLOWED_TAGS, attributes={"a": {"href"}}, link_rel="noopener")
    return Markup(clean)


def kind_label(kind: str) -> str:
    """What a kind of event is called."""
    return {
        "annual_meeting": _("Jahrestreffen"),
        "network_conference": _("Landesnetzwerkkonferenz"),
        "network_meeting": _("Netzwerktreffen"),
        "specialist_conference": _("Fachkonferenz"),
        "online_seminar": _("Online-Seminar"),
        "training": _("Fortbildung"),
        "participation": _("Beteiligung"),
        "milestone": _("Meilenstein"),
    }[kind]


def attendance_label(attendance: str) -> str:
    return _("Vor Ort") if attendance == "in_person" else _("Online")


def unlinked(text: str) -> str:
    """What a guest typed, so that no mail program makes a link of it: a space without width."""
    return re.sub(r"(?<=\S)([.:/@])(?=\S)", "\\1\u200b", text)


def file_size(size: int) -> str:
    """`340 KB`, `2,1 MB`."""
    if size < 1_000_000:
        return f"{format_decimal(-(-size // 1000))}{NBSP}KB"
    return f"{format_decimal(round(size / 1_000_000, 1))}{NBSP}MB"


def two_decimals(number: float) -> str:
    """`3,67`, `4,00`."""
    return str(format_decimal(number, format="0.00"))


_FILTERS: list[Callable[..., Any]] = [
    file_size,
    two_decimals,
    long_date,
    full_date,
    day_month,
    weekday_short,
    day,
    month,
    month_year,
    clock,
    clock_time,
    clock_range,
    markdown,
    kind_label,
    attendance_label,
    unlinked,
]


def init_app(app: Flask) -> None:
    for function in _FILTERS:
        app.add_template_filter(function)
    app.add_template_filter(breakable)
    app.add_template_filter(unbroken)
    app.add_template_filter(title_size)
    app.add_template_filter(_when_filter, "when")
    app.add_template_filter(shown_short_code, "short_code")
