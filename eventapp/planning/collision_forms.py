"""What the check of a day asks, and the choice of a Land."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.validators import InputRequired, Optional

from eventapp.events.models import Kind
from eventapp.formatting import kind_label
from eventapp.forms import DayField, PublicForm
from eventapp.languages import gettext as _
from eventapp.networks.lands import LANDS
from eventapp.networks.queries import NetworkNode
from eventapp.planning.collisions import Span
from eventapp.planning.fields import WallTimeField
from eventapp.planning.wall_times import wall_span


class CheckForm(PublicForm):
    """A day that somebody has in mind. It is asked by GET: the answer can be sent to colleagues."""

    network = SelectField(_l("Netzwerk"), [InputRequired(_l("Wählen Sie das Netzwerk."))])
    kind = SelectField(_l("Art"), [Optional()])
    starts_on = DayField(_l("Erster Tag"), [InputRequired(_l("Nennen Sie den ersten Tag."))])
    ends_on = DayField(_l("Letzter Tag"))
    starts_time = WallTimeField(_l("Beginn"))
    ends_time = WallTimeField(_l("Ende"))
    event = HiddenField()

    def __init__(self, formdata: Any, *, networks: Sequence[tuple[NetworkNode, int]]) -> None:
        super().__init__(formdata)
        self.networks = {node.slug: node for node, _depth in networks}
        self.network.choices = [
            SelectChoice(node.slug, f"{'– ' * depth}{node.name}") for node, depth in networks
        ]
        anything = SelectChoice("", _("noch offen"))
        self.kind.choices = [anything, *(SelectChoice(str(e), kind_label(e)) for e in Kind)]

    def span(self) -> Span | None:
        return wall_span(
            self.starts_on.data, self.ends_on.data, self.starts_time.data, self.ends_time.data
        )


class LandForm(PublicForm):
    """Whose public holidays count for a network and those below it."""

    land = SelectField(_l("Bundesland"), [Optional()])

    def __init__(self, formdata: Any, *, land: str | None = None, inherited: str = "") -> None:
        super().__init__(formdata, data={"land": land or ""})
        none = inherited or _("nur Feiertage in ganz Deutschland")
        self.land.choices = [
            SelectChoice("", none),
            *(SelectChoice(code, name) for code, name in LANDS.items()),
        ]
