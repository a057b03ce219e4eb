"""Texts of mails as they are typed: one line, or Markdown, with placeholders from the list; and the
form of one kind's sections, in German and English."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Field, HiddenField, StringField, TextAreaField, ValidationError
from wtforms.validators import Length, Optional

from eventapp.forms import PublicForm, many_lines, one_line
from eventapp.languages import gettext as _
from eventapp.numbers import number_in
from eventapp.wording.rules import LANGUAGES, Section, Texts
from eventapp.wording.text import PLACEHOLDERS, dead_links, unknown_placeholders

SUBJECT, TEXT, SECTION = 150, 20_000, 4_000
_TOO_LONG = _l("Bitte kürzen Sie auf höchstens %(max)d Zeichen.")


def check_placeholders(_form: Any, field: Field) -> None:
    unknown = unknown_placeholders(field.data or "")
    if unknown:
        text = _(
            "%(unknown)s kennen wir nicht. Möglich sind: %(known)s.",
            unknown=", ".join(dict.fromkeys(unknown)),
            known=known_placeholders(),
        )
        raise ValidationError(text)


def check_links(_form: Any, field: Field) -> None:
    dead = dead_links(field.data or "")
    if dead:
        text = _(
            "„%(link)s“ führt in einer E-Mail nirgendwohin. Beginnen Sie Adressen mit https://, "
            "oder schreiben Sie als ganze Adresse {link}.",
            link=dead[0],
        )
        raise ValidationError(text)


def known_placeholders() -> str:
    """As they are typed, in a row."""
    return ", ".join(f"{{{each}}}" for each in PLACEHOLDERS)


def subject_field(label: Any, first: Any) -> StringField:
    checks = [first, Length(max=SUBJECT, message=_TOO_LONG), check_placeholders]
    return StringField(label, checks, filters=[one_line])


def text_area(
    label: Any, first: Any, *, most: int = TEXT, rows: int = 12, **kwargs: Any
) -> TextAreaField:
    checks = [first, Length(max=most, message=_TOO_LONG), check_placeholders, check_links]
    kw = {"rows": rows}
    return TextAreaField(label, checks, filters=[many_lines], render_kw=kw, **kwargs)


def _section(label: Any, rows: int = 4, **kwargs: Any) -> TextAreaField:
    return text_area(label, Optional(), most=SECTION, rows=rows, **kwargs)


_INTRO = _l("Die ersten Sätze, nach der Anrede. Leer: unsere.")
_NOTE = _l("Steht in der E-Mail unter „Hinweise“: Anreise, Verpflegung, was man mitbringt.")
_CLOSING = _l("Zum Beispiel „Herzliche Grüße, Ihr Team“ mit einer Telefonnummer.")

_PAPER = _l("Leer: „hat teilgenommen an der Veranstaltung“. Darunter steht der Titel.")
_PAPER_NOTE = _l("Zum Beispiel die Inhalte. Steht unter Termin und Ort.")
_PAPER_CLOSING = _l("Zum Beispiel wer bescheinigt. Steht unter dem Tag der Ausstellung.")


class WordingForm(PublicForm):
    """Fields are named `<section>_<language>`; those that the kind does not have are taken out."""

    revision = HiddenField()
    subject_de = subject_field(_l("Betreff"), Optional())
    intro_de = _section(_l("Einleitung"), description=_INTRO)
    note_de = _section(_l("Hinweise"), description=_NOTE)
    closing_de = _section(_l("Gruß und Unterschrift"), description=_CLOSING)
    paper_de = _section(_l("Auf dem PDF: Satz unter dem Namen"), description=_PAPER)
    paper_note_de = _section(_l("Auf dem PDF: weiterer Text"), description=_PAPER_NOTE)
    paper_closing_de = _section(_l("Auf dem PDF: Unterschrift"), description=_PAPER_CLOSING)
    subject_en = subject_field(_l("Betreff auf Englisch"), Optional())
    intro_en = _section(_l("Einleitung auf Englisch"))
    note_en = _section(_l("Hinweise auf Englisch"))
    closing_en = _section(_l("Gruß und Unterschrift auf Englisch"))
    paper_en = _section(_l("Auf dem PDF: Satz unter dem Namen auf Englisch"))
    paper_note_en = _section(_l("Auf dem PDF: weiterer Text auf Englisch"))
    paper_closing_en = _section(_l("Auf dem PDF: Unterschrift auf Englisch"))

    def __init__(
        self, formdata: Any, *, sections: Sequence[Section], texts: Texts, revision: int
    ) -> None:
        typed = {f"{k}_{language}": v for language, said in texts.items() for k, v in said.items()}
        super().__init__(formdata, data={"revision": str(revision), **typed})
        self.sections = sections
        for section in Section:
            if section not in sections:
                for language in LANGUAGES:
                    del self[f"{section}_{language}"]

    def fields(self, language: str) -> list[Field]:
        return [self[f"{section}_{language}"] for section in self.sections]

    @property
    def texts(self) -> Texts:
        return {
            language: {str(each): self[f"{each}_{language}"].data or "" for each in self.sections}
            for language in LANGUAGES
        }

    @property
    def seen(self) -> int:
        """The revision that was shown; 0 where there was none, or the form does not say."""
        return number_in(self.revision.data, 0)
