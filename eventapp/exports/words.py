"""What narrows a file, and why one was not made, in words."""

from eventapp.events.definition import EventDefinition
from eventapp.languages import gettext as _
from eventapp.networks.rules import Permission
from eventapp.participants.filters import Filters
from eventapp.participants.selection import Wanted


def filter_words(
    event: EventDefinition,
    wanted: Wanted,
    may: frozenset[Permission],
    organisation: str | None,
) -> list[str]:
    """One text for each filter that is set, as the list names it; `organisation` is the name of the
    one that is asked for."""
    words = Filters(event, wanted, may, lambda _: "", organisation=organisation).in_words()
    return [_("nur die eigenen Organisationen"), *words] if wanted.within else words


def problem_words(problem: str | None) -> str:
    """What went wrong with a file, and what to do."""
    return {
        "not-allowed": _(
            "Sie dürfen diese Daten nicht mehr sehen, oder Ihre Auswahl gibt es nicht mehr."
        ),
        "pdf-too-long": _(
            "Für ein PDF sind es zu viele Angaben geworden. Nehmen Sie XLSX oder CSV."
        ),
        "nobody-on-paper": _("Aus Ihrer Auswahl hat niemand mehr einen Platz vor Ort."),
        "no-new-badges": _("Inzwischen fehlt niemandem mehr ein Schild."),
        "too-many-on-paper": _("Für eine Datei sind es zu viele Personen geworden."),
        "worker-died": _("Das Erstellen ist mehrmals unterbrochen worden."),
    }.get(problem or "", _("Beim Erstellen ist etwas schiefgegangen."))
