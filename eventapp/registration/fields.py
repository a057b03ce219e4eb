"""The fields of a sign-up: what each asks, how much it takes, and what it says when it is wrong."""

from collections.abc import Callable, Collection, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    EmailField,
    Field,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from eventapp.events.definition import EventDefinition, QuestionDefinition
from eventapp.events.models import Attendance
from eventapp.forms import check_email, many_lines, one_line, options
from eventapp.invitations.rules import Member
from eventapp.languages import gettext as _

NAME, LINE, TEXT = 100, 200, 2000


SALUTATIONS = options(
    ("", _l("bitte wählen")),
    ("Frau", _l("Frau")),
    ("Herr", _l("Herr")),
    ("none", _l("ohne Anrede")),
)
ASSISTANCE = options(
    ("sign_language", _l("Deutsche Gebärdensprache")),
    ("captions", _l("Schriftdolmetschung")),
    ("wheelchair", _l("Platz für einen Rollstuhl")),
    ("companion", _l("Ich komme mit einer Assistenzperson")),
)
DIETS = options(("vegetarian", _l("Vegetarisch")), ("vegan", _l("Vegan")))
PHOTO_PURPOSES = options(
    ("report", _l("Bericht über die Veranstaltung im Internet")),
    ("print", _l("Gedruckte Veröffentlichungen")),
    ("social", _l("Soziale Medien")),
)


def _length(most: int) -> Length:
    return Length(max=most, message=_l("Bitte kürzen Sie auf höchstens %(max)d Zeichen."))


def text_field(label: Any, most: int, required: Any = None, **kwargs: Any) -> StringField:
    """One line; `required` is the sentence shown when it is empty."""
    first = DataRequired(required) if required else Optional()
    return StringField(label, [first, _length(most)], filters=[one_line], **kwargs)


def email_field(description: Any, *, required: bool = True) -> EmailField:
    first = DataRequired(_l("Nennen Sie Ihre E-Mail-Adresse.")) if required else Optional()
    return EmailField(
        _l("E-Mail-Adresse"),
        [first, _length(254), check_email],
        filters=[one_line],
        description=description,
        render_kw={"autocomplete": "email"},
    )


class ItemsField(SelectMultipleField):
    """Ticks for the items without a group; takes the slugs of grouped ones under its name too."""

    accepted: frozenset[str] = frozenset()

    def pre_validate(self, _form: Any) -> None:
        if set(self.data or []) - self.accepted:
            raise ValidationError(_("Wählen Sie aus den angebotenen Programmpunkten."))


def choice_name(group: str | None) -> str:
    """The name of a choice group's radio buttons."""
    return f"choice_{group}"


def attendance_field(event: EventDefinition) -> RadioField:
    place = event.venue.city if event.venue and event.venue.city else None
    labels = {
        Attendance.IN_PERSON: _l("Vor Ort in %(city)s", city=place) if place else _l("Vor Ort"),
        Attendance.ONLINE: _l("Online"),
    }
    return RadioField(
        _l("Teilnahme"),
        [InputRequired(_l("Wählen Sie, wie Sie teilnehmen."))],
        choices=options(*((str(each), labels[each]) for each in event.attendances)),
        validate_choice=True,
    )


def several(label: Any, choices: Any, **kwargs: Any) -> SelectMultipleField:
    """Ticks, none of them needed."""
    return SelectMultipleField(label, [Optional()], choices=choices, **kwargs)


def _area(label: Any, description: Any = "", **kwargs: Any) -> TextAreaField:
    checks = [Optional(), _length(TEXT)]
    return TextAreaField(label, checks, filters=[many_lines], description=description, **kwargs)


_OPTIONAL: dict[str, Callable[[], Field]] = {
    "salutation": lambda: SelectField(_l("Anrede"), [Optional()], choices=SALUTATIONS),
    "title": lambda: text_field(_l("Titel"), NAME, render_kw={"autocomplete": "honorific-prefix"}),
    "organisation": lambda: text_field(
        _l("Organisation"),
        LINE,
        description=_l("Steht auf Ihrem Namensschild."),
        render_kw={"autocomplete": "organization"},
    ),
    "role": lambda: text_field(
        _l("Funktion"), LINE, render_kw={"autocomplete": "organization-title"}
    ),
    "assistance": lambda: _area(
        _l("Anderes"), _l("Zum Beispiel Unverträglichkeiten oder ein Platz nah an der Tür.")
    ),
    "door_note": lambda: text_field(
        _l("Hinweis für den Einlass"),
        LINE,
        description=_l("Was das Team am Eingang wissen soll, in Ihren Worten."),
    ),
    "diet": lambda: several(_l("Verpflegung"), DIETS),
    "photo_consent": lambda: several(
        _l("Ich bin einverstanden, dass Fotos von mir verwendet werden für"), PHOTO_PURPOSES
    ),
    "list_consent": lambda: BooleanField(
        _l(
            "Mein Name und meine Organisation dürfen in der Teilnahmeliste für die anderen "
            "Gäste stehen."
        )
    ),
}


class OrganisationField(SelectField):
    """A choice of hundreds, which is looked up instead of gone through."""

    def __init__(self, *args: Any, slugs: frozenset[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._slugs = slugs

    def pre_validate(self, _form: Any) -> None:
        if self.data not in self._slugs:
            raise ValidationError(_("Wählen Sie aus den angebotenen Möglichkeiten."))


def organisation_field(members: Sequence[Member], is_needed: bool) -> SelectField:
    """The organisations of the network; browsers find them by typing what they begin with."""
    first = _l("bitte wählen") if is_needed else _l("keine davon")
    check = DataRequired(_l("Wählen Sie Ihre Organisation.")) if is_needed else Optional()
    return OrganisationField(
        _l("Organisation"),
        [check],
        slugs=frozenset({"", *(each.slug for each in members)}),
        choices=options(("", first), *((each.slug, each.name) for each in members)),
        description=_l("Wir sagen der Organisation, dass Sie sie genannt haben."),
    )


def optional_fields(asked: Collection[str]) -> dict[str, Field]:
    """What the organiser switched on."""
    fields = {name: make() for name, make in _OPTIONAL.items() if name in asked}
    if "assistance" in fields:
        fields["assistance_kinds"] = several(_l("Häufiger Bedarf"), ASSISTANCE)
    return fields


def choice_fields(event: EventDefinition) -> dict[str, Field]:
    fields: dict[str, Any] = {}
    for group in dict.fromkeys(item.group for item in event.choices if item.group):
        offered = [
            (item.slug, f"{item.letter} {item.title}" if item.letter else item.title)
            for item in event.choices
            if item.group == group
        ]
        fields[choice_name(group)] = RadioField(
            _l("Programmpunkt"),
            [Optional()],
            choices=options(*offered, ("", _l("Ich nehme an keinem davon teil"))),
        )
    if event.choices:
        accepted = frozenset(item.slug for item in event.choices)
        single = options(*((item.slug, item.title) for item in event.choices if item.group is None))
        kind = type("EventItemsField", (ItemsField,), {"accepted": accepted})
        fields["programme_items"] = kind(_l("Programmpunkte"), [Optional()], choices=single)
    return fields


def question_field(question: QuestionDefinition, event: EventDefinition) -> Field:
    """Never required by itself: whether it applies depends on other fields."""
    offered = options(*((option, option) for option in question.options))
    shown: dict[str, Any] = {
        "description": _with_condition(question, event),
        "render_kw": {"required": True} if question.required else None,
    }
    match question.type:
        case "choice":
            return RadioField(question.label, [Optional()], choices=offered, **shown)
        case "choices":
            return several(question.label, offered, **shown)
        case "number":
            return IntegerField(question.label, [Optional()], **shown)
        case "yes_no":
            choices = options(("yes", _l("Ja")), ("no", _l("Nein")))
            return RadioField(question.label, [Optional()], choices=choices, **shown)
        case _:
            return _area(question.label, **shown)


def _with_condition(question: QuestionDefinition, event: EventDefinition) -> Any:
    """What the answer is for; before it, who need not give one: the page says so without a
    script."""
    purpose, condition = question.purpose, question.only_if
    before = {each.key: each.label for each in event.questions}
    if condition and condition["question"] in before:
        words = {"yes": _l("Ja"), "no": _l("Nein")}
        return _l(
            "Nur wenn Sie bei „%(label)s“ „%(answer)s“ antworten. %(purpose)s",
            label=before[condition["question"]],
            answer=words.get(condition["is"], condition["is"]),
            purpose=purpose,
        )
    if question.only_for and len(event.attendances) > 1:
        if question.only_for == Attendance.IN_PERSON:
            return _l("Nur wenn Sie vor Ort dabei sind. %(purpose)s", purpose=purpose)
        return _l("Nur wenn Sie online dabei sind. %(purpose)s", purpose=purpose)
    return purpose
