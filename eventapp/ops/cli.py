"""The command line. A wrong call exits 2, a refused one 1 with one clear line."""

import os
import sys
from pathlib import Path
from typing import Any

import click
from sqlalchemy.exc import IntegrityError, OperationalError

import config
from eventapp.accounts import actions as accounts
from eventapp.accounts import second_factor
from eventapp.accounts.factor_queries import has_second_factor
from eventapp.accounts.passwords import hash_password
from eventapp.accounts.queries import find_by_email
from eventapp.accounts.rules import check_password
from eventapp.audit.actions import note
from eventapp.checkin.actions import create_device
from eventapp.clock import now
from eventapp.db import reading, transaction
from eventapp.errors import Busy, NotFound, Refused
from eventapp.events.loading import get_definition
from eventapp.forms import one_line
from eventapp.importing.actions import ImportRefused, import_text
from eventapp.networks.actions import grant
from eventapp.networks.models import Role, Scope
from eventapp.networks.queries import get_tree, list_names
from eventapp.ops import health, together
from eventapp.ops.broker import with_broker, with_running_broker
from eventapp.ops.demo import load_demo
from eventapp.ops.embedded import BrokerUnavailable
from eventapp.ops.installation import Installation
from eventapp.queue import nudge
from eventapp.registration.leaving import erase_named, erase_person
from eventapp.returns import service as returns


def _settings() -> config.Settings:
    try:
        return with_running_broker(config.load())
    except config.ConfigError as error:
        click.echo(str(error), err=True)
        sys.exit(2)


class _Commands(click.Group):
    """A database or broker that keeps a command from its work is a refusal of one line."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokerUnavailable as error:
            raise click.ClickException(str(error)) from None
        except Busy:
            raise click.ClickException("the database is busy, nothing was changed") from None
        except OperationalError as error:
            reason = str(error.orig).splitlines()[0]
            raise click.ClickException(f"the database does not answer: {reason}") from None


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.pass_context
def main(context: click.Context) -> None:
    """eventapp: registration, mail, calendar and check-in for events."""
    context.obj = Installation(_settings)


@main.command()
@click.pass_obj
def up(installation: Installation) -> None:
    """Start web, worker, timetable and the embedded broker together."""
    sys.exit(together.run(installation))


@main.command()
@click.pass_obj
def serve(installation: Installation) -> None:
    """Serve the pages (gunicorn)."""
    with_broker(installation.settings)
    together.become(together.web_argv(installation.settings))


@main.command()
@click.pass_obj
def worker(installation: Installation) -> None:
    """Run a worker (Celery)."""
    with_broker(installation.settings)
    together.become(together.WORKER)


@main.command()
@click.pass_obj
def schedule(installation: Installation) -> None:
    """Run the timetable (Celery beat); sweeps may run twice, so any number does no harm."""
    with_broker(installation.settings)
    together.become(together.timetable_argv(installation.settings))


@main.command()
@click.pass_obj
def receive(installation: Installation) -> None:
    """Read what comes back to the sender's address (LMTP_PORT, RETURNS_MAILDIR)."""
    settings = installation.settings
    if not settings.takes_returns:
        raise click.ClickException("neither LMTP_PORT nor RETURNS_MAILDIR is set")
    try:
        returns.run(
            installation.app,
            host=settings.lmtp_host,
            port=settings.lmtp_port,
            folder=settings.returns_folder,
            beat=health.beat_receiver,
        )
    except OSError as error:
        raise click.ClickException(str(error)) from None


@main.command()
@click.pass_obj
def migrate(installation: Installation) -> None:
    """Bring the database to the newest schema."""
    installation.migrate()


@main.command()
@click.pass_obj
def demo(installation: Installation) -> None:
    """Load the demo data into an empty embedded database."""
    with installation.opened():
        load_demo(installation)


@main.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def import_(installation: Installation, file: Path) -> None:
    """Import networks, organisations, series and events from a YAML FILE.

    Importing twice changes nothing. Every problem is reported with its place, and nothing is
    written if there is one.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise click.ClickException(f"{file}: is not text in UTF-8") from None
    try:
        with installation.opened(), transaction() as session:
            found = import_text(session, text, origin=installation.origin, now=now())
    except ImportRefused as refusal:
        for problem in refusal.problems:
            click.echo(f"{file}: {problem}", err=True)
        number = len(refusal.problems)
        problems = "1 problem" if number == 1 else f"{number} problems"
        raise click.ClickException(f"{problems}, nothing was written") from None
    except IntegrityError as error:
        reason = str(error.orig).splitlines()[0]
        raise click.ClickException(
            f"{file}: somebody else made the same entry just now ({reason}); nothing was written, "
            "import again"
        ) from None
    counts = ", ".join(_counted(count, name) for name, count in vars(found).items() if count)
    click.echo(f"imported: {counts or 'nothing'}")


def _counted(count: int, name: str) -> str:
    """`1 event`, `2 events`; a series is one already."""
    return f"{count} {name if count > 1 or name == 'series' else name.removesuffix('s')}"


@main.command("create-organiser")
@click.argument("email")
@click.option("--network", "slug", help="the network the role holds in; none: everywhere (owner)")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@click.option("--password-stdin", is_flag=True, help="read the password from standard input")
@click.pass_obj
def create_organiser(
    installation: Installation, email: str, slug: str | None, role: str, password_stdin: bool
) -> None:
    """Give EMAIL an account and a role; prints a one-time link unless a password is given."""
    if "@" not in email:
        raise click.BadParameter("must be an e-mail address", param_hint="EMAIL")
    if slug is None and role != Role.OWNER:
        raise click.UsageError("--network is needed for every role but owner")
    typed = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    with installation.opened():
        password = None if typed is None else _checked_password(typed, email)
        scope, scope_id = _scope(slug)
        present = now()
        with transaction() as session:
            account_id = accounts.create_account(session, email, now=present)
            grant(session, account_id, Role(role), scope, scope_id, now=present)
            if password is not None:
                accounts.set_password(session, account_id, password)
                return
            token = accounts.make_password_link(session, account_id, now=present)
        click.echo(f"{installation.settings.public_url}/password/{token}")


@main.command("reset-second-factor")
@click.argument("email")
@click.pass_obj
def reset_second_factor(installation: Installation, email: str) -> None:
    """Take the second factors of EMAIL away, for somebody who has lost them; a mail tells them."""
    with installation.opened():
        with reading() as connection:
            account = find_by_email(connection, email)
        if account is None:
            raise click.ClickException(f"there is no account {email}")
        present = now()
        with transaction() as session:
            if not has_second_factor(session.connection(), account.id):
                raise click.ClickException(f"{email} has no second factor")
            second_factor.reset(session, account.id, now=present)
            about = ("account", account.id)
            note(session, "account.second_factor_reset", by=None, now=present, subject=about)


def _checked_password(password: str, email: str) -> str:
    """The hash of a password that may be one, made outside any transaction."""
    with reading() as connection:
        names = list_names(connection)
    try:
        check_password(password, email, names)
    except Refused as refusal:
        raise click.ClickException(f"password refused: {refusal.code}") from None
    return hash_password(password)


def _scope(slug: str | None) -> tuple[Scope, int]:
    if slug is None:
        return Scope.INSTALLATION, 0
    with reading() as connection:
        network = get_tree(connection).find_by_slug(slug)
    if network is None:
        raise click.ClickException(f"there is no network {slug}")
    return Scope.NETWORK, network.id


@main.command("create-device")
@click.option("--event", "slug", required=True, help="slug of the event")
@click.option("--name", required=True, help="name of the door, for example Haupteingang")
@click.pass_obj
def create_device_(installation: Installation, slug: str, name: str) -> None:
    """Print the token of a new device for the door of an event."""
    if not (name := one_line(name) or ""):
        raise click.BadParameter("must not be empty", param_hint="--name")
    with installation.opened():
        try:
            with reading() as connection:
                event = get_definition(connection, slug)
        except NotFound:
            raise click.ClickException(f"there is no event {slug}") from None
        with transaction() as session:
            token = create_device(session, event.id, name, now=now())
        click.echo(token)


@main.command("erase")
@click.argument("person", metavar="EMAIL|NAME")
@click.pass_obj
def erase_(installation: Installation, person: str) -> None:
    """Delete everything that EMAIL has left as a participant, at all events.

    A whole NAME instead means everybody of that name who left no address. Freed places go to the
    next in line, figures and the acts in the log stay without names, nobody is written to. An
    organiser's account with this address stays.
    """
    act = erase_person if "@" in person else erase_named
    with installation.opened():
        present = now()
        with transaction() as session:
            counts = act(session, person, now=present)
            if not counts:
                raise click.ClickException(f"nothing is stored of a participant {person}")
            people = counts["registration"]
            note(session, "registrations.erased", by=None, now=present, after={"rows": people})
        with reading() as connection:
            account = find_by_email(connection, person)
    click.echo("erased: " + ", ".join(f"{table} {n}" for table, n in sorted(counts.items())))
    if account is not None:
        click.echo("not erased: the organiser's account of this address")
    nudge("mail.deliver")


@main.command("health")
@click.pass_obj
def health_(installation: Installation) -> None:
    """Say whether everything runs; exits 1 when it does not."""
    with installation.app.app_context():
        found = health.report()
    if found.status != "ok":
        raise click.ClickException("; ".join(found.troubles))
    click.echo("ok")


if __name__ == "__main__":
    os.chdir(config.CHECKOUT)
    main(prog_name="eventapp")
