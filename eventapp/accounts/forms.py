"""The forms of logging in and of choosing a password: shape only."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import EmailField, HiddenField, PasswordField, StringField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length

from eventapp.accounts.rules import PASSWORD_MOST
from eventapp.forms import PublicForm, has_form_token, one_line


class _TokenForm(PublicForm):
    form_token = HiddenField()

    def validate_form_token(self, _field: HiddenField) -> None:
        if not has_form_token():
            raise ValidationError(
                _("Das Formular war zu lange offen. Bitte senden Sie es noch einmal ab.")
            )


class AddressForm(_TokenForm):
    """Where to send the link to."""

    email = EmailField(
        _l("E-Mail-Adresse"),
        [DataRequired(_l("Nennen Sie Ihre E-Mail-Adresse.")), Length(max=254)],
        filters=[one_line],
        render_kw={"autocomplete": "username"},
    )


class LoginForm(AddressForm):
    """Address and password."""

    next = HiddenField()
    password = PasswordField(
        _l("Passwort"),
        [InputRequired(_l("Nennen Sie Ihr Passwort.")), Length(max=PASSWORD_MOST)],
        render_kw={"autocomplete": "current-password"},
    )


_NEW = _l("Mindestens 12 Zeichen. Vier Wörter, die nur Sie so kombinieren, genügen.")
_CODE = {
    "autocomplete": "one-time-code",
    "autocapitalize": "characters",
    "spellcheck": "false",
    "maxlength": 40,
}


class SecondStepForm(_TokenForm):
    """After the password: a code of the app or a recovery code, or what the browser's passkey says
    in its stead."""

    next = HiddenField()
    credential = HiddenField()
    code = StringField(
        _l("Code"),
        [Length(max=40)],
        description=_l("Sechs Ziffern aus Ihrer App, oder einer Ihrer Ersatzcodes."),
        render_kw={**_CODE, "required": True},
    )


class AppForm(PublicForm):
    """The first code of an app; `secret` is sealed, so that the page brings it back."""

    secret = HiddenField()
    code = StringField(
        _l("Code aus der App"),
        [DataRequired(_l("Geben Sie den Code ein, den die App zeigt.")), Length(max=40)],
        description=_l("Sechs Ziffern."),
        render_kw={**_CODE, "inputmode": "numeric"},
    )


class PasskeyForm(_TokenForm):
    """What the browser made, and what its owner calls it."""

    credential = HiddenField()
    name = StringField(
        _l("Name"),
        [DataRequired(_l("Geben Sie dem Passkey einen Namen.")), Length(max=100)],
        filters=[one_line],
        description=_l("Damit Sie ihn wiedererkennen, zum Beispiel: mein Telefon."),
        render_kw={"maxlength": 100},
    )


class ConfirmForm(PublicForm):
    """The password once more, by somebody who is logged in."""

    next = HiddenField()
    password = PasswordField(
        _l("Passwort"),
        [InputRequired(_l("Nennen Sie Ihr Passwort.")), Length(max=PASSWORD_MOST)],
        render_kw={"autocomplete": "current-password"},
    )


class ChangePasswordForm(PublicForm):
    """The password and another."""

    present = PasswordField(
        _l("Bisheriges Passwort"),
        [InputRequired(_l("Nennen Sie Ihr bisheriges Passwort.")), Length(max=PASSWORD_MOST)],
        render_kw={"autocomplete": "current-password"},
    )
    password = PasswordField(
        _l("Neues Passwort"),
        [InputRequired(_l("Wählen Sie ein Passwort."))],
        description=_NEW,
        render_kw={"autocomplete": "new-password"},
    )


class PasswordForm(_TokenForm):
    """A first password, or a new one."""

    password = PasswordField(
        _l("Passwort"),
        [InputRequired(_l("Wählen Sie ein Passwort."))],
        description=_NEW,
        render_kw={"autocomplete": "new-password"},
    )
