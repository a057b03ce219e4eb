"""What the holder's pages share: who is behind the link, and what is said when nothing was done."""

from flask import redirect, url_for
from flask_babel import gettext as _
from werkzeug import Response

from eventapp import web
from eventapp.db import reading
from eventapp.registration import queries
from eventapp.registration.holder import Holder

Answer = str | tuple[str, int] | Response


def load(token: str) -> Holder:
    """The registration behind the link. Raises `NotFound`, `Gone`."""
    with reading() as connection:
        holder = queries.get_holder(connection, queries.get_id_by_manage_token(connection, token))
    web.show_network(holder.event.network)
    return holder


def to_ticket(token: str) -> Response:
    """Back to the personal page."""
    return redirect(url_for("registration.ticket", token=token), 303)


def again() -> str:
    return str(_("Bitte senden Sie das Formular noch einmal ab."))


def busy() -> str:
    return str(
        _(
            "Gerade ist hier sehr viel los. Es wurde nichts geändert. "
            "Bitte senden Sie das Formular noch einmal ab."
        )
    )
