"""What paper is wanted: formats, columns, empty lines."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from eventapp.events.definition import EventDefinition
from eventapp.forms import PublicForm, one_line, options, set_error
from eventapp.languages import gettext as _
from eventapp.paper import occasions
from eventapp.paper.columns import DEFAULT, MOST_FREE, MOST_LETTERS, offered
from eventapp.paper.occasions import WHOLE
from eventapp.paper.rules import BADGES, MOST_BLANK, Paper

MOST_NAME = 60  # letters

FORMATS = options(
    ("90x55", _l("90 × 55 mm zum Ausschneiden, für Steckhüllen")),
    ("80x50", _l("80 × 50 mm, Etiketten (Avery Zweckform L4784, L4785)")),
    ("96x51", _l("95,8 × 50,7 mm, Etiketten (L7783)")),
    ("99x57", _l("99,1 × 57 mm, Etiketten (L7173)")),
    ("99x68", _l("99,1 × 67,7 mm, Etiketten (L7165)")),
    ("a7", _l("A7 quer, 105 × 74 mm, zum Ausschneiden oder als Etiketten (3427)")),
    ("a6", _l("A6 hoch, 105 × 148 mm, zum Ausschneiden oder als Etiketten (3483)")),
)
PER_PAGE = options(
    ("1", _l("eine Person je Blatt")),
    ("2", _l("zwei je Blatt, zum Durchschneiden")),
    ("4", _l("vier je Blatt, zum Durchschneiden")),
)


class PaperForm(PublicForm):
    """The door list asks nothing."""

    @property
    def is_for_new_ones(self) -> bool:
        """Badges only: for those alone who have none as they are now."""
        return False

    @property
    def wishes(self) -> dict[str, Any]:
        """As the job keeps them."""
        return {}


class BadgesForm(PaperForm):
    format = RadioField(
        _l("Format"),
        [InputRequired(_l("Wählen Sie, worauf Sie drucken."))],
        choices=FORMATS,
        default="90x55",
    )

    whom = RadioField(
        _l("Für wen?"),
        [InputRequired(_l("Wählen Sie, für wen Sie Schilder brauchen."))],
        choices=options(
            ("all", _l("alle")),
            ("new", _l("nur, wer seit dem letzten Druck neu ist oder anders heißt")),
        ),
        default="all",
    )
    start = IntegerField(
        _l("Erstes freies Etikett"),
        [
            InputRequired(_l("Schreiben Sie, bei welchem Etikett es losgeht, sonst 1.")),
            NumberRange(1, None, _l("Schreiben Sie eine Zahl ab 1.")),
        ],
        default=1,
        description=_l(
            "Bei einem angefangenen Bogen: zählen Sie von links nach rechts, Zeile für Zeile"
        ),
    )

    @property
    def wishes(self) -> dict[str, Any]:
        return {"format": self.format.data, "start": self.start.data}

    @property
    def is_for_new_ones(self) -> bool:
        return "whom" in self and self.whom.data == "new"

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        is_valid = bool(super().validate(*args, **kwargs))
        if not is_valid:
            return False
        most = BADGES[self.format.data].fields
        if self.wishes["start"] <= most:
            return True
        set_error(self.start, _("Auf einem Bogen dieses Formats sind %(n)s Etiketten.", n=most))
        return False


class CodesForm(PaperForm):
    per_page = RadioField(
        _l("Wie groß?"),
        [InputRequired(_l("Wählen Sie, wie viele auf ein Blatt kommen."))],
        choices=PER_PAGE,
        default="2",
    )

    @property
    def wishes(self) -> dict[str, Any]:
        return {"per_page": self.per_page.data}


class _Columns(PaperForm):
    columns = SelectMultipleField(
        _l("Spalten"),
        [Optional()],
        choices=lambda: options(*((column.key, column.heading) for column in offered())),
        default=DEFAULT,
        render_kw={"required": True},
    )
    free = StringField(
        _l("Weitere, leere Spalten"),
        [Optional(), Length(max=MOST_FREE * (MOST_LETTERS + 2))],
        filters=[one_line],
        description=_l("Höchstens drei, mit Komma getrennt, zum Beispiel: Beruf, Wohnort"),
    )

    @property
    def headings(self) -> list[str]:
        """Of the free columns."""
        return [text for each in (self.free.data or "").split(",") if (text := each.strip())]

    @property
    def wishes(self) -> dict[str, Any]:
        return {"columns": self.columns.data or [], "free": self.headings}

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        is_valid = bool(super().validate(*args, **kwargs))
        if is_valid and len(self.headings) > MOST_FREE:
            set_error(self.free, _("Nennen Sie höchstens drei leere Spalten."))
            return False
        if is_valid and any(len(each) > MOST_LETTERS for each in self.headings):
            set_error(self.free, _("Kürzen Sie jede Überschrift auf höchstens 40 Zeichen."))
            return False
        if is_valid and not (self.columns.data or self.headings):
            set_error(self.columns, _("Wählen Sie mindestens eine Spalte."))
            return False
        return is_valid


class SigningForm(_Columns):
    blank = IntegerField(
        _l("Leere Zeilen am Ende"),
        [
            InputRequired(_l("Schreiben Sie, wie viele leere Zeilen Sie brauchen, oder 0.")),
            NumberRange(0, MOST_BLANK, _l("Schreiben Sie eine Zahl zwischen 0 und 100.")),
        ],
        default=5,
        description=_l("Für alle, die ohne Anmeldung kommen"),
    )
    occasion = SelectField(
        _l("Wofür?"),
        [InputRequired(_l("Wählen Sie, wofür unterschrieben wird."))],
        default=WHOLE,
    )

    @property
    def wishes(self) -> dict[str, Any]:
        return {
            **super().wishes,
            "blank": self.blank.data,
            "occasion": self.occasion.data if "occasion" in self else WHOLE,
        }


class ColumnsForm(_Columns):
    """What a funder wants, to be kept under its name."""

    name = StringField(
        _l("Name der Vorlage"),
        [
            InputRequired(_l("Geben Sie der Vorlage einen Namen.")),
            Length(max=MOST_NAME, message=_l("Kürzen Sie den Namen auf höchstens 60 Zeichen.")),
        ],
        filters=[one_line],
        description=_l("Zum Beispiel der Fördergeber"),
    )


def paper_form(
    paper: Paper,
    event: EventDefinition,
    *args: Any,
    has_badges: bool = False,
    **kwargs: Any,
) -> PaperForm:
    """The form for this kind at this event, without what there is nothing to choose about;
    `has_badges` where some were made."""
    form = FORMS[paper](*args, **kwargs)
    if "whom" in form and not has_badges:
        del form.whom
    if "occasion" in form:
        form.occasion.choices = options(*occasions.offered(event))
        if len(form.occasion.choices) == 1:
            del form.occasion
    return form


FORMS: dict[Paper, type[PaperForm]] = {
    Paper.BADGES: BadgesForm,
    Paper.SIGNING: SigningForm,
    Paper.DOORS: PaperForm,
    Paper.CODES: CodesForm,
}
