"""The mailbox as files: real ones, and a real process that is killed."""

import time
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from eventapp.returns import maildir
from eventapp.returns.receiving import MOST_BYTES, Taken, What
from eventapp.returns.service import _taking
from tests.registration.test_actions import plan, rows, sign_up
from tests.returns.shapes import Answer, letter, outlook, postfix
from tests.returns.test_actions import asked, marks, sent, uid_of


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "mailbox"
    maildir.prepare(path)
    return path


def deliver(folder: Path, raw: bytes) -> str:
    """As a mail server does: whole under its name, or not there."""
    name = f"{time.time():.6f}.{uuid4().hex}.host"
    (folder / "tmp" / name).write_bytes(raw)
    (folder / "tmp" / name).rename(folder / "new" / name)
    return name


def names(folder: Path, part: str) -> list[str]:
    return sorted(path.name for path in (folder / part).iterdir())


def nothing(_raw: bytes, _sender: str | None) -> Taken:
    return Taken(What.NOTHING)


class TestLook:
    def test_takes_what_is_new_and_keeps_it_as_read(self, app: Flask, folder: Path) -> None:
        name = deliver(folder, postfix(sent()))
        assert maildir.look(folder, _taking(app)) == 1
        assert (names(folder, "new"), names(folder, "cur")) == ([], [f"{name}:2,S"])
        assert len(marks()) == 1
        assert maildir.look(folder, _taking(app)) == 0

    def test_leaves_what_somebody_wrote_unread(self, app: Flask, folder: Path) -> None:
        name = deliver(folder, letter())
        maildir.look(folder, _taking(app))
        assert names(folder, "cur") == [f"{name}:2,"]

    def test_two_who_look_at_once_do_it_once(self, app: Flask, folder: Path) -> None:
        sign_up(plan())
        deliver(folder, outlook(Answer(uid_of(rows()[0].id))))
        take = _taking(app)

        def other_first(raw: bytes, sender: str | None) -> Taken:
            maildir.look(folder, take)
            return take(raw, sender)

        maildir.look(folder, other_first)
        assert names(folder, "new") == []
        assert len(names(folder, "cur")) == len(asked()) == 1

    def test_with_the_database_away_everything_waits(self, folder: Path) -> None:
        taken = []

        def away_at_the_second(raw: bytes, _sender: str | None) -> Taken:
            taken.append(raw)
            if len(taken) > 1:
                raise OperationalError("", None, Exception())
            return Taken(What.NOTHING)

        for _ in range(3):
            deliver(folder, letter())
        assert maildir.look(folder, away_at_the_second) == 1
        assert len(names(folder, "new")) == 2
        assert maildir.look(folder, nothing) == 2

    def test_a_fault_of_ours_is_flagged_and_stops_no_other(self, folder: Path) -> None:
        def broken(raw: bytes, _sender: str | None) -> Taken:
            if raw == b"broken":
                raise ZeroDivisionError
            return Taken(What.NOTHING)

        first, second = deliver(folder, b"broken"), deliver(folder, letter())
        assert maildir.look(folder, broken) == 2
        assert names(folder, "cur") == [f"{first}:2,F", f"{second}:2,S"]

    def test_what_is_too_large_is_left_to_people(self, folder: Path) -> None:
        name = deliver(folder, b"x" * (MOST_BYTES + 1))
        maildir.look(folder, nothing)
        assert names(folder, "cur") == [f"{name}:2,"]

    def test_what_cannot_be_opened_stops_no_other(self, folder: Path) -> None:
        (folder / "new" / "0.folder").mkdir()
        deliver(folder, letter())
        (folder / "new" / ".hidden").write_bytes(b"")
        assert maildir.look(folder, nothing) == 1
        assert names(folder, "new") == [".hidden", "0.folder"]
