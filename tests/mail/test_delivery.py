"""Sending from the outbox over a real mail server, on both databases."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from smtplib import SMTP

import pytest

from eventapp import clock
from eventapp.db import transaction
from eventapp.mail import delivery, kinds, outbox
from eventapp.mail.delivery import BATCH, MOST_ATTEMPTS, Pace, deliver_due
from eventapp.mail.render import Envelope
from eventapp.mail.transport import MayLeave, SmtpTransport
from tests.mail.outbox import last_row, message_ids, outbox_rows, owe, states
from tests.registration.test_actions import cancel, plan, rows, sign_up
from tests.smtp import MailServer

PACE = Pace(lease=45, retry=60)
CHECKOUT = Path(__file__).resolve().parents[2]
ERIKA = "erika@example.org"


@pytest.fixture(autouse=True)
def clock_goes_right_again() -> Iterator[None]:
    yield
    clock.shift(0)


@pytest.fixture
def transport(smtp_server: MailServer) -> Iterator[SmtpTransport]:
    way = SmtpTransport(smtp_server.url, 5)
    yield way
    way.close()


def deliver_once(way: SmtpTransport) -> int:
    with closing(way):
        return deliver_due(way, PACE)


class Died(BaseException):
    """The process ended here: no handler of the program runs."""


class DiesAfterSending(SmtpTransport):
    """The mail has left, and nobody could write that down."""

    def send(self, envelope: Envelope, may_leave: MayLeave) -> str:
        super().send(envelope, may_leave)
        raise Died


@pytest.mark.usefixtures("app")
class TestOne:
    def test_is_sent_by_the_sender_to_the_recipient_and_settled(
        self, transport: SmtpTransport, smtp_server: MailServer
    ) -> None:
        sign_up(plan())
        assert deliver_due(transport, PACE) == 1
        [mail] = smtp_server.wait_for(1)
        assert (mail.sender, mail.recipients) == ("netz@example.org", (ERIKA,))
        row = last_row()
        assert (row.state, row.lease, row.data_at, row.attempts) == ("sent", None, None, 0)
        assert bytes(row.recipient_hash) == outbox.recipient_hash(ERIKA)
        assert rows()[0].request_sent_at is not None
        assert deliver_due(transport, PACE) == 0

    def test_a_reason_that_has_gone_drops_it(
        self, transport: SmtpTransport, smtp_server: MailServer
    ) -> None:
        sign_up(plan())
        cancel(rows()[0].id)
        deliver_due(transport, PACE)
        assert [row.state for row in outbox_rows()] == ["dropped", "sent"]
        assert len(smtp_server.received) == 1

    def test_a_registration_that_has_gone_drops_it(
        self, transport: SmtpTransport, smtp_server: MailServer
    ) -> None:
        with transaction() as session:
            outbox.add(session, "registration-link", "x", clock.now(), registration_id=4711)
        deliver_due(transport, PACE)
        assert last_row().state == "dropped"
        assert not smtp_server.received

    def test_a_fault_in_rendering_stops_no_other(
        self,
        transport: SmtpTransport,
        smtp_server: MailServer,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        def broken(*_: object) -> None:
            raise ZeroDivisionError

        monkeypatch.setitem(kinds._kinds, "registration-changed", broken)
        owe(1, "registration-changed")
        with transaction() as session:
            where = {"registration_id": rows()[0].id}
            outbox.add(session, "registration-link", "test:x", clock.now(), **where)
        deliver_due(transport, PACE)
        assert states() == ["pending", "sent"]
        assert len(smtp_server.received) == 1
        broken_row = outbox_rows()[-2]
        assert (broken_row.attempts, broken_row.data_at) == (1, None)
        assert "ZeroDivisionError" in broken_row.last_answer


@pytest.mark.usefixtures("app")
class TestRefusals:
    def test_4xx_is_put_off_ever_longer_and_given_up_at_last(
        self, transport: SmtpTransport, smtp_server: MailServer
    ) -> None:
        owe(1)
        smtp_server.answers[ERIKA] = "451 4.7.1 later"
        waits, shift = [], 0.0
        for _ in range(MOST_ATTEMPTS):
            deliver_due(transport, PACE)
            row = last_row()
            waits.append((row.due_at - clock.now()) / timedelta(minutes=1))
            shift += max((row.due_at - clock.now()).total_seconds(), 0) + 1
            clock.shift(shift)
        assert waits[:4] == pytest.approx([1, 2, 4, 8], abs=0.1)
        assert max(waits) == pytest.approx(360, abs=0.1)
        assert (last_row().state, last_row().last_answer) == ("failed", "451 4.7.1 later")

    def test_4xx_passes_when_the_server_changes_its_mind(
        self, transport: SmtpTransport, smtp_server: MailServer
    ) -> None:
        [message_id] = owe(1)
        smtp_server.answers[ERIKA] = "450 4.2.1 mailbox busy"
        deliver_due(transport, PACE)
        assert deliver_due(transport, PACE) == 0, "not before its time"
        smtp_server.clear()
        clock.shift(61)
        deliver_due(transport, PACE)
        assert (last_row().state, message_ids(smtp_server)) == ("sent", [message_id])

    @pytest.mark.parametrize("at_data", [False, True])
    def test_5xx_is_final_and_stops_no_other(
        self, transport: SmtpTransport, smtp_server: MailServer, at_data: bool
    ) -> None:
        owe(1)
        if at_data:
            smtp_server.data_answer = "554 5.7.1 no"
        else:
            smtp_server.answers[ERIKA] = "550 5.1.1 unknown"
        sign_up(plan(), "Ada")
        deliver_due(transport, PACE)
        failed = next(row for row in outbox_rows() if row.dedupe_key == "test:0")
        assert failed.state == "failed"
        assert failed.last_answer.startswith("55")
        if not at_data:
            assert len(smtp_server.to("ada@example.org")) == 1

    def test_a_refused_sender_is_the_operators_to_mend_and_no_end(
        self, transport: SmtpTransport, smtp_server: MailServer
    ) -> None:
        [message_id] = owe(1)
        smtp_server.answers["netz@example.org"] = "550 5.7.1 not allowed to send as this"
        deliver_due(transport, PACE)
        assert (last_row().state, last_row().attempts) == ("pending", 1)
        smtp_server.clear()
        clock.shift(61)
        deliver_due(transport, PACE)
        assert (last_row().state, message_ids(smtp_server)) == ("sent", [message_id])


@pytest.mark.usefixtures("app")
class TestServerAway:
    def test_nothing_is_lost_and_no_attempt_counted(self, smtp_server: MailServer) -> None:
        owed = owe(BATCH + 3)
        smtp_server.stop()
        way = SmtpTransport(smtp_server.url, 5)
        for round_ in range(MOST_ATTEMPTS + 1):
            clock.shift(40 * round_)
            assert deliver_due(way, PACE) == 1, "one look is enough"
        assert set(states()) == {"pending"}, "nobody waits for a lease"
        assert {row.attempts for row in outbox_rows()} == {0}
        smtp_server.start()
        clock.shift(40 * (MOST_ATTEMPTS + 2))
        deliver_due(way, PACE)
        way.close()
        assert sorted(message_ids(smtp_server)) == sorted(owed)

    @pytest.mark.parametrize("answer", ["421 4.3.2 closing", "432 4.3.2 too many"])
    def test_a_server_that_closes_is_left_alone_for_a_while(
        self, transport: SmtpTransport, smtp_server: MailServer, answer: str
    ) -> None:
        owed = owe(3)
        smtp_server.answers[ERIKA] = answer
        assert deliver_due(transport, PACE) == 1
        smtp_server.clear()
        clock.shift(31)
        deliver_due(transport, PACE)
        assert {row.attempts for row in outbox_rows()} == {0}
        assert sorted(message_ids(smtp_server)) == sorted(owed)

    @pytest.mark.parametrize("answer", ["421 4.3.2 closing", "432 4.3.2 too many"])
    def test_what_it_never_takes_is_given_up_after_five_days(
        self, transport: SmtpTransport, smtp_server: MailServer, answer: str
    ) -> None:
        owe(1)
        smtp_server.answers[ERIKA] = answer
        for hours in (0, 119):
            clock.shift(hours * 3600)
            deliver_due(transport, PACE)
            assert states() == ["pending"]
        clock.shift(121 * 3600)
        deliver_due(transport, PACE)
        assert states() == ["failed"]
        assert last_row().last_answer == answer

    def test_too_many_of_us_is_answered_by_a_pause_that_grows(
        self, transport: SmtpTransport, smtp_server: MailServer
    ) -> None:
        owe(3)
        smtp_server.answers[ERIKA] = "432 4.3.2 concurrent connections"
        pauses, shift = [], 0.0
        for _ in range(5):
            deliver_due(transport, PACE)
            assert transport.is_pausing
            assert deliver_due(transport, PACE) == 0, "the server is left alone"
            pauses.append((transport._pauses_until - clock.now()).total_seconds())
            shift += 31
            clock.shift(shift)
        for pause, most in zip(pauses, (5, 10, 20, 30, 30), strict=True):
            assert 0.7 * most - 1 < pause <= most
        smtp_server.clear()
        deliver_due(transport, PACE)
        clock.shift(shift + 31)
        deliver_due(transport, PACE)
        assert (set(states()), transport._pause) == ({"sent"}, 5)

    def test_a_wrong_password_is_nobodys_end(self, smtp_server: MailServer) -> None:
        owe(2)
        url = smtp_server.url.replace("://", "://user:wrong@")
        assert deliver_once(SmtpTransport(url, 5)) == 1
        assert states() == ["pending", "pending"]

    def test_a_connection_closed_between_rounds_is_opened_again(
        self, transport: SmtpTransport, smtp_server: MailServer
    ) -> None:
        sign_up(plan())
        deliver_due(transport, PACE)
        smtp_server.stop()
        smtp_server.start()
        sign_up(plan(), "Ada")
        deliver_due(transport, PACE)
        assert [row.state for row in outbox_rows()] == ["sent", "sent"]

    @pytest.mark.parametrize("times", [1, 2])
    def test_broken_off_within_data_is_sent_again_once_then_unknown(
        self, smtp_server: MailServer, monkeypatch: pytest.MonkeyPatch, times: int
    ) -> None:
        if times == 1:
            monkeypatch.setattr(delivery, "SENT_BUT_ONCE", ("registration-link",))
        owe(1)
        smtp_server.delay = 3
        impatient = SmtpTransport(smtp_server.url, 0.5)
        for broken in range(1, times + 1):
            deliver_due(impatient, PACE)
            assert (last_row().state, last_row().interrupted) == ("pending", broken)
            clock.shift(31 * broken)
        deliver_due(impatient, PACE)
        assert last_row().state == "unknown"


@pytest.mark.usefixtures("app")
class TestDeath:
    def test_before_data_the_lease_runs_out_and_it_is_sent(
        self, transport: SmtpTransport, smtp_server: MailServer
    ) -> None:
        [message_id] = owe(1)
        delivery._claim(PACE)  # and dies
        assert deliver_due(transport, PACE) == 0, "the lease holds"
        clock.shift(46)
        deliver_due(transport, PACE)
        row = last_row()
        assert (row.state, row.interrupted, message_ids(smtp_server)) == ("sent", 0, [message_id])

    def test_while_connecting_the_mail_has_surely_not_left(self, smtp_server: MailServer) -> None:
        class DiesConnecting(SmtpTransport):
            def _connected(self) -> SMTP:
                raise Died

        [message_id] = owe(1)
        with pytest.raises(Died):
            deliver_once(DiesConnecting(smtp_server.url, 5))
        clock.shift(46)
        deliver_once(SmtpTransport(smtp_server.url, 5))
        row = last_row()
        assert (row.state, row.interrupted, message_ids(smtp_server)) == ("sent", 0, [message_id])

    def test_after_data_it_is_sent_once_more_then_unknown(self, smtp_server: MailServer) -> None:
        [message_id] = owe(1)
        for round_ in range(2):
            clock.shift(46 * round_)
            with pytest.raises(Died):
                deliver_once(DiesAfterSending(smtp_server.url, 5))
            assert (last_row().state, last_row().interrupted) == ("sending", round_)
        clock.shift(46 * 2)
        deliver_once(SmtpTransport(smtp_server.url, 5))
        assert last_row().state == "unknown"
        assert message_ids(smtp_server) == [message_id, message_id]

    def test_what_must_not_come_twice_is_unknown_at_once(
        self, smtp_server: MailServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(delivery, "SENT_BUT_ONCE", ("registration-link",))
        owe(1)
        with pytest.raises(Died):
            deliver_once(DiesAfterSending(smtp_server.url, 5))
        clock.shift(46)
        deliver_once(SmtpTransport(smtp_server.url, 5))
        assert (last_row().state, len(smtp_server.received)) == ("unknown", 1)

    def test_who_lost_the_lease_sends_nothing(
        self, transport: SmtpTransport, smtp_server: MailServer
    ) -> None:
        owe(1)
        [slow] = delivery._claim(PACE)
        clock.shift(46)
        deliver_due(transport, PACE)
        assert delivery._deliver(transport, slow, delivery._Drafts([slow]), PACE)
        assert len(smtp_server.received) == 1
        assert last_row().state == "sent"


@pytest.mark.usefixtures("app")
def test_a_cancellation_waits_for_the_request_that_is_just_leaving(
    transport: SmtpTransport, smtp_server: MailServer
) -> None:
    class HolderIsFaster(SmtpTransport):
        def send(self, envelope: Envelope, may_leave: MayLeave) -> str:
            cancel(rows()[0].id)
            deliver_due(transport, PACE)
            return super().send(envelope, may_leave)

    sign_up(plan())
    deliver_once(HolderIsFaster(smtp_server.url, 5))
    assert [row.state for row in outbox_rows()] == ["sent", "pending"]
    clock.shift(31)
    deliver_due(transport, PACE)
    assert last_row().attempts == 0
    assert methods(smtp_server) == ["REQUEST", "CANCEL"]


@pytest.mark.usefixtures("app")
def test_a_cancellation_follows_a_request_of_which_nobody_knows(
    transport: SmtpTransport, smtp_server: MailServer
) -> None:
    sign_up(plan())
    with pytest.raises(Died):
        deliver_once(DiesAfterSending(smtp_server.url, 5))
    cancel(rows()[0].id)
    clock.shift(46)
    deliver_due(transport, PACE)
    clock.shift(46 + 31)
    deliver_due(transport, PACE)
    assert [row.state for row in outbox_rows()] == ["dropped", "sent"]
    assert methods(smtp_server) == ["REQUEST", "CANCEL"]


def methods(server: MailServer) -> list[object]:
    """Of the calendar part in each mail."""
    return [
        next(filter(None, (part.get_param("method") for part in mail.message.walk())))
        for mail in server.received
    ]
