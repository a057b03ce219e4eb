"""The base of all forms, and the token that proves a form without a cookie."""

import secrets
import unicodedata
from datetime import date, datetime, timedelta
from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask import request
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, Field, IntegerField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.validators import Optional

from eventapp import clock
from eventapp.clock import YEARS
from eventapp.tokens import keyring

FORM_TOKEN_HOURS = 24
_UNSAFE = {"Cc", "Cf", "Cs", "Co", "Cn"}  # controls, bidi marks, surrogates, private use
_KEPT = {"\n", "\u200d"}  # line breaks; the joiner that some scripts and emoji need


class _Sentences:
    """WTForms' own messages in our words: what to do, never "invalid"."""

    def gettext(self, message: str) -> str:
        if "integer" in message:
            return str(_("Geben Sie eine ganze Zahl ein, zum Beispiel 12."))
        return str(_("Wählen Sie aus den angebotenen Möglichkeiten."))

    def ngettext(self, singular: str, _plural: str, _n: int) -> str:
        return self.gettext(singular)


class PublicForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A form for readers without an account: its token needs no cookie and no session."""

    class Meta:
        csrf = False

        def get_translations(self, _form: Any) -> _Sentences:
            return _Sentences()

    def process(self, *args: Any, **kwargs: Any) -> None:
        """Fill the fields; a number is shown again as it was typed, which no filter reaches."""
        super().process(*args, **kwargs)
        for field in self:
            if isinstance(field, IntegerField):
                field.raw_data = [one_line(text) for text in field.raw_data or ()]

    def problems(self) -> list[tuple[str, str]]:
        """(field id, message) of every field that is wrong, for the error summary; first what is
        wrong with the whole, whose id is empty."""
        return [*self._of_all(), *((each.id, str(each.errors[0])) for each in self if each.errors)]

    def _of_all(self) -> list[tuple[str, str]]:
        return [("", str(each)) for each in self.form_errors]


class DayField(DateField):
    """A day from the browser's calendar, or typed as `11.9.2027` where it has none."""

    def __init__(self, label: Any, validators: Any = (), **kwargs: Any) -> None:
        super().__init__(label, validators or [Optional()], format=_DAYS, **kwargs)

    def process_formdata(self, valuelist: Any) -> None:
        text = one_line(valuelist[0]) if valuelist else ""
        self.data = None
        if text:
            self.data = parsed(text, _DAYS, _("Schreiben Sie den Tag so: 11.9.2027.")).date()
            if self.data.year not in YEARS:
                raise ValueError(_("Prüfen Sie das Jahr."))


def parsed_day(text: str) -> date | None:
    """A day as `DayField` takes it, or None."""
    try:
        return parsed(text, _DAYS, "").date()
    except ValueError:
        return None


_DAYS = ["%Y-%m-%d", "%d.%m.%Y"]


def parsed(text: str, formats: list[str], otherwise: str) -> datetime:
    """The text in one of these formats; raises `ValueError` with the sentence."""
    for each in formats:
        try:
            return datetime.strptime(text, each)  # noqa: DTZ007  a wall time has no zone yet
        except ValueError:
            continue
    raise ValueError(otherwise)


def one_line(value: str | None) -> str | None:
    """A filter for fields: NFC, no control or bidi characters, single spaces, trimmed."""
    return " ".join(without_controls(value).split()) if value else value


def many_lines(value: str | None) -> str | None:
    """As `one_line`, keeping line breaks."""
    if not value:
        return value
    lines = without_controls(value.replace("\r\n", "\n").replace("\r", "\n")).split("\n")
    return "\n".join(" ".join(line.split()) for line in lines).strip()


def without_controls(value: str) -> str:
    text = unicodedata.normalize("NFC", value)
    if text.isprintable():  # none of them; the look at each letter costs tables much
        return text
    text = text.replace("\t", " ").replace("\r", "\n")
    return "".join(
        each for each in text if each in _KEPT or unicodedata.category(each) not in _UNSAFE
    )


def new_form_token(now: datetime) -> str:
    """`time.nonce.signature`, valid 24 hours; also the submit's idempotency key."""
    body = f"{int(now.timestamp())}.{secrets.token_urlsafe(9)}"
    return f"{body}.{keyring().sign('form', body)}"


def form_token_age(token: str, now: datetime) -> timedelta | None:
    """How old a genuine token is; None for a forged or expired one."""
    body, _dot, signature = token.rpartition(".")
    if not body or not keyring().is_signed("form", body, signature):
        return None
    age = now - datetime.fromtimestamp(int(body.split(".")[0]), now.tzinfo)
    return age if timedelta(0) <= age <= timedelta(hours=FORM_TOKEN_HOURS) else None


def has_form_token() -> bool:
    """Whether the form sent came from a page of ours, not too long ago."""
    return form_token_age(request.form.get("form_token", ""), clock.now()) is not None


def check_email(_form: Any, email: Field) -> None:
    """Says what is missing, never "invalid"; normalises the address."""
    value = email.data or ""
    if "@" not in value:
        raise ValidationError(
            _("Ergänzen Sie das @ und den Anbieter, zum Beispiel name@verein.example.")
        )
    if value.endswith("@"):
        raise ValidationError(_("Nach dem @ fehlt der Anbieter, zum Beispiel name@verein.example."))
    try:
        checked = validate_email(value, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        raise ValidationError(
            _("Prüfen Sie die Adresse. Sie sieht aus wie name@verein.example.")
        ) from None
    email.data = checked.normalized


def options(*pairs: tuple[str, Any]) -> list[SelectChoice]:
    """The choices of a field, from (value, label)."""
    return [SelectChoice(value, label) for value, label in pairs]


def refuse(form: Any, field: str | None, message: str) -> None:
    """Put a refusal's sentence beside its field, or above the form that has none for it."""
    if field in form:
        set_error(form[field], message)
    else:
        form.form_errors = [message]


def set_error(field: Field, message: str) -> None:
    """Put a refusal's sentence beside the field it belongs to."""
    field.errors = [*field.errors, message]
