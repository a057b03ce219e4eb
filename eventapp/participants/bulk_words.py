"""Acts on many, as addresses name them and as people read them."""

from typing import Any

from flask import current_app
from flask_babel import gettext as _
from flask_babel import ngettext

from eventapp.errors import NotFound
from eventapp.events.definition import EventDefinition
from eventapp.events.models import Attendance
from eventapp.formatting import attendance_label
from eventapp.networks.rules import Permission
from eventapp.participants.bulk import Act, Order
from eventapp.participants.filters import item_label
from eventapp.participants.rules import Left

ELSEWHERE = {  # acts with pages of their own, and who may
    "message": ("messages.new", Permission.MESSAGES_SEND),
    "export": ("exports.export", Permission.REGISTRATIONS_READ),
    "paper": ("paper.index", Permission.REGISTRATIONS_EDIT),
}


def read_order(
    event: EventDefinition, text: str, *, beyond: bool = False, words: str | None = None
) -> Order:
    """`cancel`, `attendance:online`, `item_added:<slug>` … Raises `NotFound`."""
    name, _colon, rest = text.partition(":")
    if name not in [*Act]:
        raise NotFound
    act = Act(name)
    item = next((each for each in event.choices if each.slug == rest), None)
    way = next((each for each in Attendance if each == rest), None)
    order = Order(
        act,
        way if act == Act.ATTENDANCE else None,
        item if act in (Act.ITEM_ADDED, Act.ITEM_REMOVED) else None,
        beyond=beyond,
        note=words or None,
    )
    needs_more = act not in (Act.ACCEPT, Act.PLACE, Act.DECLINE, Act.CANCEL)
    if as_text(order) != text or needs_more != bool(rest):
        raise NotFound
    return order


def as_text(order: Order) -> str:
    """As `read_order` reads it."""
    rest = order.item.slug if order.item else order.attendance
    return f"{order.act}:{rest}" if rest else str(order.act)


def elsewhere(may: frozenset[Permission]) -> list[str]:
    """The acts on many that have pages of their own, as far as this account may."""
    return [
        act
        for act, (page, permission) in ELSEWHERE.items()
        if page in current_app.view_functions and permission in may
    ]


def offered(
    event: EventDefinition, may: frozenset[Permission]
) -> list[tuple[str, list[tuple[str, str]]]]:
    """The acts to choose from in groups: (heading, [(value, text)])."""
    ways = [(f"{Act.ATTENDANCE}:{each}", attendance_label(each)) for each in event.attendances]
    add = [(f"{Act.ITEM_ADDED}:{item.slug}", item_label(item)) for item in event.choices]
    take = [(f"{Act.ITEM_REMOVED}:{item.slug}", item_label(item)) for item in event.choices]
    words = {
        "message": _("Nachricht schreiben"),
        "export": _("Als Datei holen"),
        "paper": _("Namensschilder und Listen drucken"),
    }
    groups = [
        (_("Schreiben und mitnehmen"), [(act, words[act]) for act in elsewhere(may)]),
        (
            _("Platz"),
            [
                *([(str(Act.ACCEPT), _("Anmeldung annehmen"))] if event.approval else []),
                (str(Act.PLACE), _("Platz geben, der Reihe nach")),
                (str(Act.DECLINE), _("Ablehnen, wer noch keinen Platz hat")),
                (str(Act.CANCEL), _("Anmeldung absagen")),
            ],
        ),
        (_("Teilnahme ändern"), ways if len(ways) > 1 else []),
        (_("Zum Programmpunkt dazunehmen"), add),
        (_("Aus dem Programmpunkt nehmen"), take),
    ]
    return [(heading, options) for heading, options in groups if options]


def title_of(order: Order, count: int) -> str:
    """The act with its count, as a question."""
    if not count:
        return str(_("Niemand ausgewählt"))
    way = attendance_label(order.attendance) if order.attendance else ""
    item = item_label(order.item) if order.item else ""
    titles: dict[Act, str] = {
        Act.ACCEPT: ngettext("%(num)d Anmeldung annehmen?", "%(num)d Anmeldungen annehmen?", count),
        Act.PLACE: _("%(n)s Personen einen Platz geben?", n=count),
        Act.ATTENDANCE: _("%(n)s Personen umtragen: %(way)s?", n=count, way=way),
        Act.ITEM_ADDED: _("%(n)s Personen dazunehmen: %(item)s?", n=count, item=item),
        Act.ITEM_REMOVED: _("%(n)s Personen herausnehmen: %(item)s?", n=count, item=item),
        Act.DECLINE: _("%(n)s Personen ablehnen?", n=count),
        Act.CANCEL: _("%(n)s Anmeldungen absagen?", n=count),
    }
    return titles[order.act]


def can_go_beyond(order: Order) -> bool:
    """Whether it gives places, so that it could give more than there are."""
    return order.act in (Act.ACCEPT, Act.PLACE, Act.ATTENDANCE, Act.ITEM_ADDED)


def left_in_words(reasons: Any) -> list[tuple[str, int]]:
    """(why, how many) of those who would be left out."""
    return [(left_words(Left(reason)), len(ids)) for reason, ids in reasons]


def left_words(reason: Left) -> str:
    """Why somebody is left out."""
    words: dict[Left, str] = {
        Left.CANCELLED: _("schon abgesagt"),
        Left.PENDING: _("noch nicht bestätigt"),
        Left.QUOTA: _("Kontingent der Organisation ausgeschöpft"),
        Left.UNDECIDED: _("wartet auf Ihre Entscheidung"),
        Left.DECIDED: _("schon entschieden"),
        Left.NOT_WAITING: _("hat schon einen Platz"),
        Left.NOT_OFFERED: _("wird nicht mehr angeboten"),
        Left.SAME: _("ist schon so"),
        Left.FULL: _("kein Platz frei"),
        Left.OVERLAP: _("hat zur gleichen Zeit etwas anderes gewählt"),
        Left.GONE: _("nicht mehr in der Liste"),
    }
    return words[reason]
