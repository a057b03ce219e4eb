"""Who lost the link has it mailed again; the answer tells nobody who is registered."""

from flask import render_template
from flask import request as http

from eventapp import clock
from eventapp.db import transaction
from eventapp.errors import Busy
from eventapp.forms import new_form_token
from eventapp.limits import LOST_LINK, limiter
from eventapp.queue import nudge
from eventapp.registration import selfservice
from eventapp.registration.forms import EmailForm
from eventapp.registration.holding import Answer, busy, is_whole
from eventapp.registration.routes import pages


@pages.get("/registrations")
def lost_link() -> Answer:
    """Asks for the address."""
    return _lost_link_page(EmailForm(None))


@pages.post("/registrations", endpoint="lost_link_post")
@limiter.limit(LOST_LINK)
def lost_link_post() -> Answer:
    """Mails the links; the answer is the same whether there are any."""
    form = EmailForm(http.form)
    if not is_whole(form):
        return _lost_link_page(form), 422
    try:
        with transaction() as session:
            selfservice.mail_lost_link(session, str(form.email.data), now=clock.now())
    except Busy:
        form.form_errors = [busy()]
        return _lost_link_page(form), 503
    nudge("mail.deliver")
    return render_template("registration/lost_link_sent.html")


def _lost_link_page(form: EmailForm) -> str:
    return render_template(
        "registration/lost_link.html",
        form=form,
        form_token=new_form_token(clock.now()),
        errors=form.problems(),
    )
