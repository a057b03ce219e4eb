"""What the holder's pages share: who is behind the link, and what is said when nothing was done."""

from flask import redirect, url_for
from flask_babel import gettext as _
from werkzeug import Response

from eventapp import web
from eventapp.db import reading
from eventapp.forms import PublicForm, has_form_token
from eventapp.registration import queries
from eventapp.registration.holder import Holder

Answer = str | tuple[str, int] | Response


def load(token: str) -> Holder:
    """The registration behind the link. Raises `NotFound`, `Gone`."""
    with reading() as connection:
        holder = queries.get_holder(connection, queries.get_id_by_manage_token(connection, token))
    web.show_network(holder.event.network)
    return holder


def to_ticket(token: str, done: str | None = None) -> Response:
    """Back to the personal page, which says what was done."""
    return redirect(url_for("registration.ticket", token=token, done=done), 303)


def is_whole(form: PublicForm) -> bool:
    """Whether it is valid and came from a page of ours; else it says what is wrong."""
    is_valid = form.validate()
    if not has_form_token():
        form.form_errors = [again()]
    return bool(is_valid) and not form.form_errors


def again() -> str:
    """The form was too old, or none of ours."""
    return str(_("Bitte senden Sie das Formular noch einmal ab."))


def busy() -> str:
    """The database had no time."""
    return str(
        _(
            "Gerade ist hier sehr viel los. Es wurde nichts geändert. "
            "Bitte senden Sie das Formular noch einmal ab."
        )
    )
