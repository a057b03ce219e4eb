"""The forms of logging in and of choosing a password: shape only."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import EmailField, HiddenField, PasswordField, ValidationError
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


class PasswordForm(_TokenForm):
    """A first password, or a new one."""

    password = PasswordField(
        _l("Passwort"),
        [InputRequired(_l("Wählen Sie ein Passwort."))],
        description=_l("Mindestens 12 Zeichen. Vier Wörter, die nur Sie so kombinieren, genügen."),
        render_kw={"autocomplete": "new-password"},
    )
