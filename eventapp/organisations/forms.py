"""The form of one organisation with its contacts: shape only."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    EmailField,
    Field,
    HiddenField,
    IntegerField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.validators import Length, NumberRange, Optional

from eventapp.events.rules import is_web_address
from eventapp.forms import PublicForm, check_email, many_lines, one_line, set_error
from eventapp.languages import gettext as _
from eventapp.networks.letters import is_home
from eventapp.numbers import number_in
from eventapp.organisations.actions import Entered
from eventapp.organisations.rules import (
    MOST_CONTACTS,
    OF_CONTACT,
    VALUES,
    ContactRow,
    Reach,
    Registered,
    is_empty,
    spelled_as_used,
)
from eventapp.registration.fields import LINE, NAME, text_field

_TOO_LONG = _l("Bitte kürzen Sie auf höchstens %(max)d Zeichen.")
MOST_QUOTA = 10_000


def _email_field(label: Any) -> EmailField:
    checks = [Optional(), Length(max=254, message=_TOO_LONG), check_email]
    return EmailField(label, checks, filters=[one_line])


def _with_scheme(value: str | None) -> str | None:
    """`www.verein.example` is an address to people."""
    text = one_line(value)
    return f"https://{text}" if text and "://" not in text else text


def _check_website(_form: Any, field: Field) -> None:
    if not is_web_address(field.data or ""):
        raise ValidationError(_("Schreiben Sie die Adresse so: www.verein.example."))


class ContactForm(PublicForm):
    """One contact; all of it empty is none."""

    contact_id = HiddenField()
    name = text_field(_l("Name"), NAME)
    function = text_field(_l("Funktion"), LINE)
    email = _email_field(_l("E-Mail-Adresse"))
    phone = text_field(_l("Telefon"), 50)
    salutation = text_field(
        _l("Anrede in Briefen"),
        LINE,
        description=_l("Zum Beispiel: Sehr geehrte Frau Dr. Berg,"),
    )
    is_gone = BooleanField(_l("Diese Ansprechperson entfernen"), render_kw={"required": True})

    def row(self, known: set[int]) -> ContactRow:
        """`known` are the ids that this form may name."""
        number = number_in(self.contact_id.data, 0)
        values = {name: self[name].data or None for name in OF_CONTACT}
        return ContactRow(number if number in known else None, **values)


class OrganisationForm(PublicForm):
    """A new organisation, or one that is changed."""

    seen = HiddenField()
    name = text_field(_l("Name der Organisation"), LINE, _l("Nennen Sie die Organisation."))
    type = text_field(
        _l("Art"), NAME, description=_l("Zum Beispiel Verein oder Freiwilligenagentur.")
    )
    district = text_field(_l("Kreis oder Bezirk"), NAME)
    networks = SelectMultipleField(_l("Mitglied in"), coerce=int, render_kw={"required": True})
    contact_email = _email_field(_l("E-Mail-Adresse der Organisation"))
    website = StringField(
        _l("Internetseite"),
        [Optional(), Length(max=500, message=_TOO_LONG), _check_website],
        filters=[_with_scheme],
        render_kw={"inputmode": "url"},
    )
    street = text_field(_l("Straße und Hausnummer, oder Postfach"), LINE)
    address_addition = text_field(_l("Adresszusatz"), LINE)
    postal_code = text_field(_l("Postleitzahl"), 20)
    city = text_field(_l("Ort"), NAME)
    country = text_field(_l("Land"), NAME, description=_l("Leer heißt: Deutschland."))
    delegate_quota = IntegerField(
        _l("Plätze für Delegierte"),
        [Optional(), NumberRange(0, MOST_QUOTA, message=_l("Eine Zahl von 0 bis 10000."))],
        render_kw={"inputmode": "numeric"},
    )
    notes = TextAreaField(
        _l("Notizen"),
        [Optional(), Length(max=2000, message=_TOO_LONG)],
        filters=[many_lines],
        description=_l("Sehen alle, die in einem ihrer Netzwerke Organisationen sehen dürfen."),
    )

    def __init__(
        self,
        formdata: Any,
        *,
        reach: Reach,
        types: Sequence[str],
        districts: Sequence[str],
        stored: Registered | None = None,
    ) -> None:
        super().__init__(formdata, data=_shown(stored, reach))
        self.stored, self.reach, self.types, self.districts = stored, reach, types, districts
        self.networks.choices = [
            SelectChoice(node.id, f"{'– ' * depth}{node.name}") for node, depth in reach.edited
        ]
        self.type.render_kw = {"list": "types", "autocomplete": "off"}
        self.district.render_kw = {"list": "districts", "autocomplete": "off"}
        self._sent = formdata
        self.contacts = [*self._contact_forms()]
        is_member = stored is None or stored.network_ids >= reach.editable
        if len(reach.edited) < 2 and is_member:
            del self.networks

    def _contact_forms(self) -> Iterator[ContactForm]:
        """Those that were sent, or those stored and an empty one."""
        if self._sent is None:
            rows = [*(self.stored.contacts if self.stored else ()), ContactRow()]
            for number, row in enumerate(rows):
                data = {**asdict(row), "contact_id": row.id or ""}
                yield ContactForm(None, prefix=_prefix(number), data=data)
            return
        for number in range(min(number_in(self._sent.get("contacts"), 0), MOST_CONTACTS)):
            yield ContactForm(self._sent, prefix=_prefix(number))
        if self.wants_more:
            yield ContactForm(None, prefix=_prefix(number_in(self._sent.get("contacts"), 0)))

    @property
    def wants_more(self) -> bool:
        """Only a further contact was asked for; nothing is saved yet."""
        return self._sent is not None and "more" in self._sent

    @property
    def first(self) -> int:
        """Which of the contacts letters go to."""
        return number_in(self._sent.get("first"), 0) if self._sent is not None else 0

    def validate(self, extra_validators: Any = None) -> bool:
        """Field by field, then what fits together; all of the contacts too."""
        super().validate(extra_validators)
        if "networks" in self and not (self.networks.data or self._is_elsewhere()):
            set_error(self.networks, _("Wählen Sie mindestens ein Netzwerk."))
        code = self.postal_code.data or ""
        if code and is_home(self.country.data) and not (len(code) == 5 and code.isdigit()):
            text = _("Eine Postleitzahl in Deutschland hat fünf Ziffern, zum Beispiel 01067.")
            set_error(self.postal_code, text)
        are_valid = [each.validate() for each in self.contacts if not each.is_gone.data]
        return all(are_valid) and not any(field.errors for field in self)

    def _is_elsewhere(self) -> bool:
        """A member of a network that one sees without editing it: there it stays."""
        return bool(self.stored and self.stored.network_ids - self.reach.editable)

    def problems(self) -> list[tuple[str, str]]:
        return [*super().problems(), *(p for each in self.contacts for p in each.problems())]

    def entered(self) -> Entered:
        """The submitted form as the actions take it."""
        values: dict[str, Any] = {name: self[name].data or None for name in VALUES}
        values["delegate_quota"] = self.delegate_quota.data
        values["type"] = spelled_as_used(values["type"] or "", self.types)
        if values["district"]:
            values["district"] = spelled_as_used(values["district"], self.districts)
        if is_home(values["country"]):
            values["country"] = None
        chosen = self.networks.data if "networks" in self else [*self.reach.editable]
        return Entered(values, self._contact_rows(), chosen or [])

    def _contact_rows(self) -> list[ContactRow]:
        """The one that letters go to stands first."""
        known = {each.id for each in self.stored.contacts if each.id} if self.stored else set()
        ordered = sorted(enumerate(self.contacts), key=lambda each: each[0] != self.first)
        rows = [form.row(known) for _number, form in ordered if not form.is_gone.data]
        return [row for row in rows if not is_empty(row)]


def _prefix(number: int) -> str:
    return f"contact-{number}-"


def _shown(stored: Registered | None, reach: Reach) -> dict[str, Any]:
    if stored is None:
        return {}
    chosen = [*(stored.network_ids & reach.editable)]
    return {**stored.values, "networks": chosen, "seen": stored.digest}
