"""What may be chosen, typed a line each."""

from eventapp.languages import gettext as _
from eventapp.registration.fields import LINE


def lines_of(text: str | None) -> list[str]:
    """What was typed, without the empty lines."""
    return [line for line in (text or "").split("\n") if line]


def options_problem(lines: list[str], most: int) -> str | None:
    """What is wrong with them, in a sentence; None where there is a choice of up to `most`."""
    if len(lines) < 2:
        return _("Schreiben Sie mindestens zwei Antworten auf, jede in eine Zeile.")
    if len(lines) > most:
        return _("Höchstens %(n)s Antworten zur Auswahl.", n=most)
    for line in lines:
        if lines.count(line) > 1:
            return _("„%(option)s“ steht zweimal da.", option=line)
        if len(line) > LINE:
            return _("Kürzen Sie jede Antwort auf höchstens %(n)s Zeichen.", n=LINE)
    return None
