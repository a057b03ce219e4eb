"""The port: a real client over the loopback address."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from smtplib import LMTP, SMTPResponseException

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from eventapp import create_app
from eventapp.errors import Busy
from eventapp.returns import lmtp
from eventapp.returns.lmtp import Take
from eventapp.returns.receiving import MOST_BYTES, Taken, What
from eventapp.returns.service import _taking
from tests.conftest import SettingsMaker
from tests.mail.outbox import last_row
from tests.ports import free_port
from tests.registration.test_actions import plan, rows, sign_up
from tests.returns.shapes import ERIKA, SENDER, Answer, letter, outlook, postfix
from tests.returns.test_actions import asked, marks, sent, uid_of

PATIENCE = 60.0  # seconds; a busy machine is no failure


@contextmanager
def listening(take: Take) -> Iterator[LMTP]:
    """A client of the port."""
    port, loop = free_port(), asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    starting = asyncio.run_coroutine_threadsafe(lmtp.listen("127.0.0.1", port, take), loop)
    server = starting.result(PATIENCE)
    try:
        with LMTP("127.0.0.1", port) as client:
            yield client
    finally:
        asyncio.run_coroutine_threadsafe(end(server), loop).result(PATIENCE)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(PATIENCE)
        loop.close()


async def end(server: asyncio.Server) -> None:
    """Its clients have gone: until whatever is still said to them is said, and they are let go."""
    server.close()
    if left := asyncio.all_tasks() - {asyncio.current_task()}:
        await asyncio.wait(left)
    await asyncio.sleep(0)  # a turn in which their connections are closed


def refused(client: LMTP, raw: bytes, sender: str = ERIKA) -> str:
    with pytest.raises(SMTPResponseException) as error:
        client.sendmail(sender, [SENDER], raw)
    return f"{error.value.smtp_code} {error.value.smtp_error!r}"


class TestPort:
    def test_accepts_what_is_committed(self, app: Flask) -> None:
        message_id = sent()
        with listening(_taking(app)) as client:
            client.sendmail("", [SENDER], postfix(message_id))
        assert last_row().bounce_status == "5.1.1"
        assert len(marks()) == 1

    def test_asks_whoever_declined(self, app: Flask) -> None:
        sign_up(plan())
        with listening(_taking(app)) as client:
            client.sendmail(ERIKA, [SENDER], outlook(Answer(uid_of(rows()[0].id))))
        assert len(asked()) == 1

    def test_tells_somebody_where_to_write(self, app: Flask) -> None:
        message_id = sent()
        with listening(_taking(app)) as client:
            answer = refused(client, letter(message_id))
            assert answer.startswith("550")
            assert "ada@example.org" in answer
            assert refused(client, letter()).startswith("550")
            client.sendmail("", [SENDER], letter())  # a program's: there is nobody to tell

    def test_one_connection_takes_many_and_one_recipient_each(self, app: Flask) -> None:
        message_id = sent()
        with listening(_taking(app)) as client:
            for _ in range(3):
                left = client.sendmail("", [SENDER, "events@example.org"], postfix(message_id))
                assert list(left) == ["events@example.org"]
                assert left["events@example.org"][0] == 452

    def test_a_letter_is_not_sent_in_a_circle(self, app: Flask) -> None:
        message_id = sent()
        with listening(_taking(app)) as client:
            client.ehlo_or_helo_if_needed()
            with pytest.raises(SMTPResponseException) as error:
                client.sendmail(ERIKA, ["Ada@example.org"], letter(message_id))
        assert b"write to" not in error.value.smtp_error

    def test_without_a_database_the_server_comes_again(
        self, make_settings: SettingsMaker, tmp_path: Path
    ) -> None:
        app = create_app(make_settings(f"sqlite:///{tmp_path}/missing/x.sqlite3"))
        with listening(_taking(app)) as client:
            assert refused(client, postfix("f" * 32)).startswith("451")
            assert refused(client, outlook(Answer("r-1@events.example"))).startswith("451")

    def test_with_the_database_locked_the_server_comes_again(self) -> None:
        def away(_raw: bytes, _sender: str | None) -> Taken:
            raise Busy

        with listening(away) as client:
            assert refused(client, postfix("f" * 32)).startswith("451")

    def test_a_fault_of_ours_loses_nothing(self, caplog: pytest.LogCaptureFixture) -> None:
        def broken(_raw: bytes, _sender: str | None) -> Taken:
            raise ZeroDivisionError

        with listening(broken) as client:
            assert refused(client, postfix("f" * 32)).startswith("451")
        assert "cannot be read" in caplog.text

    def test_too_large_is_refused_for_good(self) -> None:
        with listening(lambda _raw, _sender: Taken(What.NOTHING)) as client:
            assert refused(client, b"x: y\r\n\r\n" + b"a" * 900 + b"\r\n" * MOST_BYTES).startswith(
                "552"
            )

    @pytest.mark.parametrize("contact", [None, "ä@example.org", "a@b\r\n250 OK"])
    def test_an_answer_is_one_line_of_ascii(self, contact: str | None) -> None:
        answer = lmtp.refusal(contact)
        assert answer.isascii()
        assert answer.isprintable()


@given(st.lists(st.binary(max_size=200), max_size=20))
@settings(max_examples=30)
def test_whatever_is_said_to_the_port_it_answers_the_next(said: list[bytes]) -> None:
    with listening(lambda _raw, _sender: Taken(What.NOTHING)) as client:
        assert client.sock is not None
        with socket.create_connection(client.sock.getpeername()) as other:
            with suppress(OSError):
                for each in said:
                    other.sendall(each + b"\r\n")
            other.shutdown(socket.SHUT_WR)
            other.settimeout(20)
            with suppress(ConnectionError):
                while other.recv(4096):
                    pass
        client.sendmail("", [SENDER], postfix("f" * 32))
