"""The demonstration: example data and a login of its own, in an empty embedded database only."""

import os
import secrets
from datetime import datetime
from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventapp.accounts.actions import create_account, set_password
from eventapp.accounts.models import Account
from eventapp.accounts.passwords import hash_password
from eventapp.checkin.pairing import make_door
from eventapp.clock import BERLIN, now
from eventapp.db import reading, transaction
from eventapp.errors import NotFound
from eventapp.events.loading import get_definition
from eventapp.events.models import Event
from eventapp.events.values import Origin
from eventapp.importing.actions import import_text
from eventapp.importing.demo import demo_texts
from eventapp.networks.actions import grant
from eventapp.networks.models import Network, Role, Scope
from eventapp.ops.installation import Installation
from eventapp.registration.actions import Person, SignupRequest, register
from eventapp.registration.rules import is_over

EMAIL = "demo@localhost"
FULL_EVENT = "ausgebucht-beispiel"
OPEN_EVENT = "einlass-beispiel"  # under way, to try the door


def load_demo(installation: Installation) -> None:
    """Load everything; raises `ClickException` where the demo must not be."""
    settings = installation.settings
    if not settings.is_embedded:
        raise click.ClickException("the demo goes into the embedded database only")
    if not settings.is_loopback:
        raise click.ClickException("the demo is loaded only while HOST and BASE_URL are loopback")
    with transaction() as session:
        _check_empty(session)  # before there is a password that opens nothing
    password_hash = hash_password(_made_password(settings.data_dir))
    with transaction() as session:
        _check_empty(session)
        _fill(session, installation.origin, password_hash)


def is_door_to_try() -> bool:
    """Whether the example under way is there: older demo data have none, and after a week it is
    over."""
    with reading() as connection:
        try:
            return not is_over(get_definition(connection, OPEN_EVENT), now())
        except NotFound:
            return False


def may_load_demo(installation: Installation) -> bool:
    """Whether `load_demo` would."""
    settings = installation.settings
    if not (settings.is_embedded and settings.is_loopback):
        return False
    with transaction() as session:
        return is_empty(session)


def is_empty(session: Session) -> bool:
    return not any(session.scalar(select(each.id).limit(1)) for each in (Network, Event, Account))


def _check_empty(session: Session) -> None:
    if not is_empty(session):
        raise click.ClickException("the demo goes into an empty database only")


def demo_password(data_dir: Path) -> str | None:
    """The password of the demo login, if there is a demo."""
    path = _login(data_dir)
    return path.read_text().strip() if path.exists() else None


def _fill(session: Session, origin: Origin, password_hash: str) -> None:
    present = now()
    for text in demo_texts(present.astimezone(BERLIN).date()):
        import_text(session, text, origin=origin, now=present)
    _fill_up(session, present)
    _open_door(session, present)
    account_id = create_account(session, EMAIL, now=present)
    set_password(session, account_id, password_hash)
    grant(session, account_id, Role.OWNER, Scope.INSTALLATION, 0, now=present)


def _fill_up(session: Session, present: datetime) -> None:
    """Guests for the event that shows a waiting list: three come, two wait."""
    event = get_definition(session.connection(), FULL_EVENT)
    for number in range(1, 6):
        guest = Person(f"Gast {number}", "Beispiel", f"gast{number}@beispiel.example")
        request = SignupRequest(guest, "in_person")
        register(session, event, request, form_token=f"demo-{number}", now=present)


def _open_door(session: Session, present: datetime) -> None:
    """A door of the event that is under way, and guests whose tickets lie in the mailbox: with and
    without a workshop, with and without leave for photographs."""
    event = get_definition(session.connection(), OPEN_EVENT)
    make_door(session, event, "Haupteingang", now=present)
    for number, name in enumerate(("Zoë Müller", "Şükrü Öğün", "Erika Beispiel", "Ánh Nguyễn")):
        first, last = name.split()
        guest = Person(first, last, f"einlass{number + 1}@beispiel.example", organisation="Chor")
        request = SignupRequest(
            guest,
            "in_person",
            items=event.choices[number : number + 1],
            photo_consent=["report"] if number % 2 else [],
        )
        register(session, event, request, form_token=f"demo-door-{number}", now=present)


def _made_password(data_dir: Path) -> str:
    """The kept password, else a new one, readable by the owner only."""
    kept = demo_password(data_dir)
    if kept:
        return kept
    password = secrets.token_urlsafe(12)
    descriptor = os.open(_login(data_dir), os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(f"{password}\n")
    return password


def _login(data_dir: Path) -> Path:
    return data_dir / "demo-login"
