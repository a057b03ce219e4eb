"""Checking a certificate, for anybody who holds one; and the holder's own, on their page."""

from datetime import datetime
from typing import Any

from flask import Blueprint, current_app, render_template
from flask import request as http
from sqlalchemy import Connection
from werkzeug import Response

from eventapp import clock
from eventapp.accounts.attempts import count
from eventapp.accounts.throttle import Act, give_back
from eventapp.certificates import queries, rules
from eventapp.certificates.forms import VerifyForm
from eventapp.certificates.models import CertificateState
from eventapp.certificates.queries import Checked
from eventapp.certificates.sheet import file_name, write_certificate, written
from eventapp.db import reading, transaction
from eventapp.downloads import as_file
from eventapp.errors import NotFound
from eventapp.events.loading import get_definition_by_id
from eventapp.forms import has_form_token, new_form_token
from eventapp.registration.beside import put_beside
from eventapp.registration.holder import Holder
from eventapp.registration.holding import again, load

Answer = str | tuple[str, int] | Response
pages = Blueprint("certificates", __name__)


@pages.get("/verify")
def verify() -> Answer:
    """Asks for what stands on the paper."""
    return _show(VerifyForm(None, data={"code": http.args.get("code", "")[:60]}))


@pages.get("/V/<code>")
def verify_code(code: str) -> Answer:
    """The same by the QR code of the paper, which is small because its address is short."""
    return _show(VerifyForm(None, data={"code": rules.shown_code(rules.typed_code(code[:60]))}))


@pages.post("/verify", endpoint="verify_post")
def verify_post() -> Answer:
    """Genuine, replaced, withdrawn, or not known; writes nothing about the paper."""
    form = VerifyForm(http.form)
    if not form.validate():
        return _show(form), 422
    if not has_form_token():
        form.form_errors = [again()]
        return _show(form), 422
    code, surname = str(form.code.data), str(form.surname.data)
    paid = count(Act.CHECK, rules.typed_code(code))
    with reading() as connection:
        found = queries.check(connection, code, surname)
    if found and paid:
        with transaction() as session:
            give_back(session, paid)
    return _show(form, _answer(found))


def _answer(found: Checked | None) -> dict[str, Any]:
    """What is told; of what does not hold, that and no more."""
    if found is None:
        return {"state": "unknown"}
    if found.state != CertificateState.VALID:
        return {"state": found.state}
    with reading() as connection:
        event = get_definition_by_id(connection, found.event_id)
    return {"state": found.state, "event": event, "issued_at": found.issued_at}


def _show(form: VerifyForm, answer: dict[str, Any] | None = None) -> str:
    return render_template(
        "certificates/verify.html",
        form=form,
        answer=answer,
        form_token=new_form_token(clock.now()),
        errors=form.problems(),
    )


@pages.get("/registrations/<token>/certificate.pdf")
def own(token: str) -> Response:
    """The holder's certificate, as it was issued."""
    holder = load(token)
    with reading() as connection:
        issued = queries.find_certificate(connection, holder.id)
    if issued is None:
        raise NotFound
    public_url = str(current_app.config["SETTINGS"].public_url)
    made = write_certificate(holder, issued.paper, issued.issued_at, public_url, written(holder))
    return as_file(made, file_name(holder.event))


def _for_holder(connection: Connection, holder: Holder, _now: datetime) -> dict[str, Any]:
    """What stands on the personal page."""
    return {
        "issued": queries.find_certificate(connection, holder.id),
        "is_given": holder.event.gives_certificates,
    }


put_beside("certificate", _for_holder)
