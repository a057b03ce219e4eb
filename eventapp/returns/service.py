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
BEATS_EVERY = 10.0  # seconds between two signs of life

Take = Callable[[bytes, str | None], Taken]
Beat = Callable[[], None]


def run(app: Flask, *, host: str, port: int, folder: Path | None, beat: Beat) -> None:
    """Until SIGTERM or SIGINT; `port` 0: do not listen. `beat` says, within the app's context, that
    it is still there. Raises `OSError` for a port in use or a
    folder that cannot be used."""
    if port:
        _warn_of_offices(app)
    asyncio.run(_run(_taking(app), _beating(app, beat), host, port, folder))


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


def _beating(app: Flask, beat: Beat) -> Beat:
    def say() -> None:
        with app.app_context():
            beat()

    return say


async def _run(take: Take, beat: Beat, host: str, port: int, folder: Path | None) -> None:
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    if folder is not None:
        maildir.prepare(folder)
    server = await lmtp.listen(host, port, take) if port else None
    beats = asyncio.create_task(_beat(beat, stopping))
    try:
        if folder is not None:
            await _watch(folder, take, stopping)
        await stopping.wait()
    finally:
        beats.cancel()
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
            await _pause(stopping, PAUSE)


async def _beat(beat: Beat, stopping: asyncio.Event) -> None:
    while not stopping.is_set():
        await asyncio.to_thread(beat)
        await _pause(stopping, BEATS_EVERY)


async def _pause(stopping: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stopping.wait(), seconds)
    except TimeoutError:
        return
