"""eventapp: registration, mail, calendar and check-in for networks of civic engagement.

`create_app` is the whole wiring, top to bottom; `rooms` says which pages there are, and who may
enter.
"""

import gc

gc.disable()  # all that is imported here stays: looking for what may go took a fifth of the start

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask
from flask_babel import lazy_gettext as _l
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

from eventapp import (
    clock,
    db,
    errorpages,
    formatting,
    kept_copies,
    languages,
    limits,
    personal_data,  # noqa: F401  what erasing somebody means in each room
    queue,
    rooms,
    tokens,
    web,
)
from eventapp.accounts import access
from eventapp.accounts.mails import AccountMails
from eventapp.announcing.mails import AnnouncementMails
from eventapp.certificates.mails import CertificateMails
from eventapp.invitations.mails import InvitationMails as RoundMails
from eventapp.mail import render
from eventapp.messages.mails import MessageMails
from eventapp.networks.access import (
    has_network_role,
    may_somewhere,
    must_set_up,
    policies,
)
from eventapp.networks.mails import InvitationMails
from eventapp.networks.rules import Permission
from eventapp.notices.mails import InvitedMails, NoticeMails, WishMails
from eventapp.ops import watch
from eventapp.ops.embedded import urls
from eventapp.organisations.permitted import has_register
from eventapp.questions.mails import NeedMails
from eventapp.registration.feed_choice_mails import FeedChoiceMails
from eventapp.registration.mails import RegistrationMails
from eventapp.registration.own_dates_mails import OwnDatesMails
from eventapp.registration.several_mails import SeveralMails
from eventapp.registration.wording_mails import WordingMails
from eventapp.reminders.evaluation_mails import EvaluationMails
from eventapp.reminders.mails import ReminderMails
from eventapp.reminders.step_mails import StepMails
from eventapp.returns.mails import ReturnMails

if TYPE_CHECKING:
    from config import Settings

HERE = Path(__file__).resolve().parent
TABS = (  # of the organisers' pages, and who sees them
    ("events", _l("Übersicht"), "desk.home", None),
    ("organisations", _l("Organisationen"), "organisations.list", has_register),
    ("checkin", _l("Einlass"), "checkin.scanner", None),
    ("log", _l("Protokoll"), "log.entries", partial(may_somewhere, Permission.AUDIT_READ)),
    ("networks", _l("Netzwerke"), "tree.list_", has_network_role),
    ("team", _l("Zugänge"), "team.list_", partial(may_somewhere, Permission.ROLES_GRANT)),
)

MAILS = (  # each knows what it sends
    AccountMails,
    InvitationMails,
    RegistrationMails,
    WordingMails,
    RoundMails,
    NeedMails,
    SeveralMails,
    FeedChoiceMails,
    OwnDatesMails,
    MessageMails,
    ReminderMails,
    ReturnMails,
    StepMails,
    EvaluationMails,
    NoticeMails,
    InvitedMails,
    WishMails,
    CertificateMails,
    AnnouncementMails,
)


def create_app(settings: "Settings") -> Flask:
    """The application for these settings; opens no connection before it is asked something."""
    app = Flask(__name__, static_folder=None, template_folder=str(HERE.parent / "templates"))
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database,
        SQLALCHEMY_ENGINE_OPTIONS=db.engine_options(settings.database),
        MAX_CONTENT_LENGTH=1_000_000,
        MAX_FORM_MEMORY_SIZE=500_000,
    )
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    clock.shift(settings.clock_shift)
    tokens.use(settings.secret_key, settings.data_key)
    kept_copies.use(settings.data_dir)
    db.init_app(app)
    languages.init_app(app)
    formatting.init_app(app)
    errorpages.init_app(app)
    web.init_app(app)
    access.init_app(app, TABS, must_set_up)
    watch.init_app(app, settings)
    broker = urls(settings.redis_url) if settings.redis_url else None
    limits.init_app(app, broker.limits if broker else "", is_on=settings.rate_limits)
    queue.configure(broker.celery if broker else "", nudges=settings.nudge)
    _serve_static(app)
    _trust_proxies(app, settings.trusted_proxies)
    rooms.register(app)
    policies(app, rooms.guarded_endpoints(app))
    render.init_app(app)
    for room in MAILS:
        room(settings.public_url, settings.sender).register()
    return app


def _serve_static(app: Flask) -> None:
    """Static files by WhiteNoise; the route exists so that `url_for("static")` does."""
    files = WhiteNoise(app.wsgi_app, root=str(HERE / "static"), prefix="static/", max_age=3600)
    app.wsgi_app = files  # type: ignore[method-assign]
    app.add_url_rule("/static/<path:filename>", endpoint="static", build_only=True)


def _trust_proxies(app: Flask, count: int) -> None:
    """Take the reader's address, and nothing else, from the headers of this many proxies."""
    if count:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=count, x_proto=0, x_host=0
        )


gc.freeze()  # nor need it be looked through while the program runs
gc.enable()
