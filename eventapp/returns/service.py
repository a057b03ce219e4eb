"""`eventapp receive`: listens and watches until it is told to stop."""

import asyncio
import logging
import signal
from collections.abc import Callable
from pathlib import Path

from flask import Flask

from eventapp import clock
from eventapp.db import db, reading
from eventapp.returns import lmtp, maildir, queries, receiving
from eventapp.returns.receiving import Taken

log = logging.getLogger(__name__)

PAUSE = 3.0  # seconds between two looks into the mailbox

Take = Callable[[bytes, str | None], Taken]


def run(app: Flask, *, host: str, port: int, folder: Path | None) -> None:
    """Until SIGTERM or SIGINT; `port` 0: do not listen. Raises `OSError` for a port in use or a
    folder that cannot be used."""
    if port:
        _warn_of_offices(app)
    asyncio.run(_run(_taking(app), host, port, folder))


def _warn_of_offices(app: Flask) -> None:
    """Where an office gives the sender's address for questions, the port refuses its letters."""
    sender: str = app.config["SETTINGS"].sender[1]
    with app.app_context():
        try:
            with reading() as connection:
                shared = queries.list_shared_addresses(connection, sender, now=clock.now())
        except receiving.AWAY as error:
            log.warning("the database does not answer: %s", type(error).__name__)
            return
    for address in shared:
        log.warning("%s sends, and is given for questions: letters to it are refused", address)


def _taking(app: Flask) -> Take:
    """`receiving.take` in a thread of its own, with the app's context and its own session."""

    def take(raw: bytes, envelope_sender: str | None) -> Taken:
        with app.app_context():
            try:
                return receiving.take(raw, envelope_sender)
            finally:
                db.session.remove()

    return take


async def _run(take: Take, host: str, port: int, folder: Path | None) -> None:
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    if folder is not None:
        maildir.prepare(folder)
    server = await lmtp.listen(host, port, take) if port else None
    try:
        if folder is not None:
            await _watch(folder, take, stopping)
        await stopping.wait()
    finally:
        if server is not None:
            server.close()


async def _watch(folder: Path, take: Take, stopping: asyncio.Event) -> None:
    while not stopping.is_set():
        try:
            handled = await asyncio.to_thread(maildir.look, folder, take)
        except OSError as error:
            log.warning("%s cannot be looked into: %s", folder, error.strerror)
            handled = 0
        if not handled:
            await _pause(stopping)


async def _pause(stopping: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(stopping.wait(), PAUSE)
    except TimeoutError:
        return
