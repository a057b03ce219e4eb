"""`eventapp up`: everything under one command, and the command lines of the single processes."""

import logging
import os
import socket
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from eventapp.ops.demo import (
    EMAIL,
    OPEN_EVENT,
    demo_password,
    is_door_to_try,
    load_demo,
    may_load_demo,
)
from eventapp.ops.embedded import broker_process, stop_broker
from eventapp.ops.installation import Installation
from eventapp.ops.supervisor import AlreadyRunning, Process, only_one, run_all

if TYPE_CHECKING:
    from config import Settings

_CELERY = [sys.executable, "-m", "celery", "-A", "workers", "--quiet"]
WORKER = [
    *_CELERY,
    "worker",
    *("--concurrency", "2", "--loglevel", "WARNING"),
    *("--without-gossip", "--without-mingle"),
]
RECEIVER = [sys.executable, "-m", "eventapp.ops.cli", "receive"]


def web_argv(settings: "Settings") -> list[str]:
    """gunicorn with threads; its control socket would clash when two run as one user."""
    return [
        *(sys.executable, "-m", "gunicorn", "wsgi:app", "--no-control-socket"),
        *("--bind", settings.address),
        *("--workers", str(settings.web_workers), "--threads", str(settings.web_threads)),
        *("--worker-class", "gthread", "--keep-alive", "5", "--log-level", "warning"),
    ]


def timetable_argv(settings: "Settings") -> list[str]:
    schedule = str(settings.data_dir / "timetable")
    return [*_CELERY, "beat", "--schedule", schedule, "--pidfile=", "--loglevel", "WARNING"]


def become(argv: Sequence[str]) -> None:
    """Replace this process, so that signals reach the server itself."""
    os.execv(argv[0], list(argv))


def run(installation: Installation) -> int:
    """Migrate, load the demo where it belongs, start everything; the exit code at the end."""
    settings = installation.settings
    logging.basicConfig(format="%(message)s")
    try:
        with only_one(settings.data_dir):
            _check_port(settings.host, settings.port, "PORT=8001 ./run")
            if settings.lmtp_port:
                _check_port(settings.lmtp_host, settings.lmtp_port, "LMTP_PORT=2425 ./run")
            installation.migrate()
            has_door = settings.is_demo and _prepare_demo(installation)
            _greet(settings, has_door=has_door)
            return _run_processes(settings)
    except AlreadyRunning as error:
        raise click.ClickException(str(error)) from None


def _prepare_demo(installation: Installation) -> bool:
    """Load it where there is nothing yet; whether it has a door to try."""
    with installation.opened():
        if may_load_demo(installation):
            load_demo(installation)
        return is_door_to_try()


def _run_processes(settings: "Settings") -> int:
    processes = [
        Process("web", web_argv(settings)),
        Process("worker", WORKER),
        Process("timetable", timetable_argv(settings)),
    ]
    if settings.takes_returns:
        processes.append(Process("receiver", RECEIVER))
    is_own_broker = not settings.redis_url or settings.redis_url.startswith("unix:")
    if is_own_broker:
        processes.insert(0, broker_process(settings.data_dir))
    try:
        return run_all(processes)
    finally:
        if is_own_broker:
            stop_broker(settings.data_dir)


def _check_port(host: str, port: int, otherwise: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            raise click.ClickException(
                f"port {port} is in use; choose another: {otherwise}"
            ) from None


def _greet(settings: "Settings", *, has_door: bool) -> None:
    lines = [f"eventapp   {settings.public_url}/"]
    password = demo_password(settings.data_dir)
    if settings.is_demo and password:
        lines.append(f"organiser  {settings.public_url}/login   {EMAIL}   {password}")
    if has_door:
        lines.append(f"door       {settings.public_url}/organise/events/{OPEN_EVENT}/doors")
    if settings.is_demo and not settings.smtp_url:
        lines.append(f"mailbox    {settings.public_url}/mailbox")
    click.echo("\n".join([*lines, "Ctrl-C stops everything."]))
