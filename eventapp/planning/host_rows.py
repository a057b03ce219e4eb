"""The rows of an event's form that say who hosts it: a network or organisation, and its part."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.validators import Optional

from eventapp.events.definition import Host
from eventapp.events.models import HostPart
from eventapp.forms import PublicForm, options, set_error
from eventapp.languages import gettext as _
from eventapp.names import sort_key
from eventapp.numbers import number_in
from eventapp.planning.copying import host_values
from eventapp.registration.fields import text_field

MOST = 30
LONGEST = 10_000  # a name from an import has no limit

PARTS = options(
    (HostPart.ORGANISER.value, _l("Veranstaltet mit")),
    (HostPart.COORDINATION.value, _l("Koordiniert")),
    (HostPart.FUNDING.value, _l("Fördert")),
    (HostPart.LOGO_ONLY.value, _l("Unterstützt, nur mit Logo")),
)


class HostForm(PublicForm):
    """One host; without a name it is none."""

    name = text_field(_l("Netzwerk oder Organisation"), LONGEST)
    part = SelectField(_l("Beitrag"), [Optional()], choices=PARTS, render_kw={"required": True})


def host_choices(present: Sequence[Host], offered: Sequence[Host]) -> dict[str, Host]:
    """By what a row calls it; names that several have are told apart."""
    found = {_key(host): host for host in [*offered, *present]}
    names = Counter(sort_key(host.name) for host in found.values())
    return {
        host.name if names[sort_key(host.name)] == 1 else _told_apart(host): host
        for host in found.values()
    }


def _key(host: Host) -> tuple[str, int | None]:
    if host.network is not None:
        return "network", host.network.id
    return "organisation", host.organisation_id


def _told_apart(host: Host) -> str:
    if host.network is not None:
        return f"{host.name} ({_('Netzwerk')} {host.network.slug})"
    return f"{host.name} ({_('Organisation')} {host.organisation_id})"


class HostRows:
    """All rows of the form; `choices` are who may be named, by name."""

    def __init__(self, sent: Any, present: Sequence[Host], choices: Mapping[str, Host]) -> None:
        self.choices = choices
        self._known = {sort_key(label): host for label, host in choices.items()}
        self.is_asked = sent is None or "hosts" in sent
        self.rows = [*self._rows(sent, present)]

    def _rows(self, sent: Any, present: Sequence[Host]) -> Iterator[HostForm]:
        labels = {_key(host): label for label, host in self.choices.items()}
        if sent is None or not self.is_asked:
            shown = [{"name": labels[_key(host)], "part": host.part} for host in present]
            for number, data in enumerate([*shown, {}]):
                yield _row(None, number, data)
            return
        count = min(number_in(sent.get("hosts"), 0), MOST)
        for number in range(count):
            yield _row(sent, number)
        if "more_hosts" in sent and count < MOST:
            yield _row(None, count)

    def validate(self) -> bool:
        """Each row by itself, and none twice."""
        seen = set()
        for row in self.rows:
            if not row.validate() or not row["name"].data:
                continue
            host = self._known.get(sort_key(row["name"].data))
            if host is None:
                text = _("„%(name)s“ steht nicht in der Liste. Wählen Sie aus den Vorschlägen.")
                set_error(row["name"], text % {"name": row["name"].data})
            elif _key(host) in seen:
                set_error(row["name"], _("Steht schon in einer Zeile darüber."))
            else:
                seen.add(_key(host))
        return not self.problems()

    def problems(self) -> list[tuple[str, str]]:
        return [problem for row in self.rows for problem in row.problems()]

    def typed(self) -> list[tuple[str, str]]:
        return [(row["name"].data, row.part.data) for row in self.rows if row["name"].data]

    def values(self) -> dict[str, Any]:
        """The valid rows as the actions take them; nothing where the form had none."""
        if not self.is_asked:
            return {}
        named = [(self._known[sort_key(name)], part) for name, part in self.typed()]
        return {**host_values(replace(host, part=part) for host, part in named)}


def _row(sent: Any, number: int, data: Mapping[str, Any] | None = None) -> HostForm:
    row = HostForm(sent, prefix=f"host-{number}-", data=data)
    row["name"].render_kw = {"list": "host-names", "autocomplete": "off"}
    return row
