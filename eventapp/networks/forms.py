"""The form that gives a role: shape only."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, RadioField, SelectField
from wtforms.validators import DataRequired, InputRequired, Length

from eventapp.forms import PublicForm, check_email, one_line, options
from eventapp.networks.models import Role

PLAIN = {
    Role.OWNER: (
        _l("Alles"),
        _l("Planen, Teilnehmende bearbeiten, Zugänge vergeben, das Netzwerk ändern."),
    ),
    Role.DOOR: (_l("Nur Einlass"), _l("Gäste einlassen, sonst nichts.")),
    Role.VIEWER: (_l("Nur lesen"), _l("Veranstaltungen und Teilnehmende sehen.")),
}
MORE = {
    Role.ORGANISER: (
        _l("Organisation"),
        _l("Planen und Teilnehmende bearbeiten; keine Zugänge, kein Netzwerk."),
    ),
    Role.ASSISTANCE: (_l("Bedarf"), _l("Auch Angaben zu Assistenz und Verpflegung sehen.")),
    Role.AUDITOR: (_l("Prüfung"), _l("Veranstaltungen und das Protokoll sehen.")),
}
ROLES = PLAIN | MORE


class InviteForm(PublicForm):
    """Who gets which role where; `scopes` are (value, label) of the places they may be given."""

    email = EmailField(
        _l("E-Mail-Adresse"),
        [DataRequired(_l("Nennen Sie die E-Mail-Adresse.")), Length(max=254), check_email],
        filters=[one_line],
        description=_l("Dorthin senden wir den Link zum Zugang."),
    )
    role = RadioField(
        _l("Was darf die Person?"),
        [InputRequired(_l("Wählen Sie, was die Person darf."))],
        choices=options(*((role.value, label) for role, (label, _hint) in ROLES.items())),
    )
    scope = SelectField(
        _l("Wo gilt das?"), [InputRequired(_l("Wählen Sie, wo das gilt."))], choices=[]
    )

    def offer(self, scopes: Sequence[tuple[str, str]]) -> None:
        """The places to choose from; only a single one is chosen already."""
        first = [("", _l("bitte wählen"))] if len(scopes) > 1 else []
        self.scope.choices = options(*first, *scopes)
