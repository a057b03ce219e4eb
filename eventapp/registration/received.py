"""What is asked of every sign-up form that was sent, before anything is read of it."""

from flask import current_app
from flask_babel import gettext as _

from eventapp import clock
from eventapp.forms import form_token_age
from eventapp.registration.forms import SignupForm

MINIMUM_SECONDS = 2  # nobody fills the form faster


def is_token_good(form: SignupForm) -> bool:
    """Whether the form is one of ours, not too old, and not filled in by a machine."""
    age = form_token_age(str(form.form_token.data or ""), clock.now())
    if age is None:
        form.form_errors = [
            _(
                "Das Formular war zu lange offen. Ihre Angaben sind noch da. "
                "Bitte senden Sie es noch einmal ab."
            )
        ]
    elif age.total_seconds() < MINIMUM_SECONDS and current_app.config["SETTINGS"].rate_limits:
        form.form_errors = [
            _(
                "Das ging sehr schnell. Bitte prüfen Sie Ihre Angaben und senden "
                "Sie das Formular noch einmal ab."
            )
        ]
    return not form.form_errors


def busy() -> str:
    """When the lock was not to be had."""
    return str(
        _(
            "Gerade melden sich sehr viele Menschen an. Es wurde nichts "
            "gespeichert. Bitte senden Sie das Formular noch einmal ab."
        )
    )
