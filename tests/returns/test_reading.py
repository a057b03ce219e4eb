"""What a mail is: the shapes of the real ones, and whatever else somebody may send."""

import random
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventapp.returns import mime
from eventapp.returns.reading import Declined, Letter, Nothing, read
from eventapp.returns.replies import Decline
from eventapp.returns.reports import Report
from eventapp.returns.rules import Reason, reason_of
from tests.returns.shapes import (
    CLIENTS,
    ERIKA,
    REPORTS,
    Answer,
    dsn,
    exchange,
    letter,
    mail,
    out_of_office,
    outlook,
    postfix,
)

OURS = "0123456789abcdef0123456789abcdef"
UID = "r-1@events.example"
AT_MOST = 3.0  # seconds; a busy machine is no failure, minutes are


class TestReports:
    @pytest.mark.parametrize("shape", REPORTS)
    def test_of_every_shape(self, shape: str) -> None:
        build, status = REPORTS[shape]
        report = read(build(OURS))
        assert isinstance(report, Report)
        assert report.message_ids == (OURS,)
        [failure] = report.failures
        assert ERIKA in failure.addresses
        assert failure.status == status

    @pytest.mark.parametrize("action", ["delayed", "relayed", "delivered", "expanded"])
    def test_that_are_not_final_say_nothing(self, action: str) -> None:
        assert isinstance(read(dsn(OURS, action=action, status="4.4.1")), Nothing)

    def test_of_a_delay_in_words_say_nothing(self) -> None:
        head = "From: MAILER-DAEMON@x.example\nSubject: Warning: message delayed 24 hours"
        text = f"550 5.1.1 may come\nMessage-ID: <{OURS}@example.org>\n{ERIKA}"
        assert isinstance(read(mail(head, text), ""), Nothing)

    def test_that_gave_up_after_days_are_final(self) -> None:
        report = read(dsn(OURS, status="4.4.1", diagnostic="smtp; connect: Connection timed out"))
        assert isinstance(report, Report)
        assert reason_of(report.failures[0].status) == Reason.SILENT

    def test_that_it_was_read_says_nothing(self) -> None:
        head = f"From: {ERIKA}\nContent-Type: multipart/report; boundary=b; report-type="
        text = "--b\nContent-Type: message/disposition-notification\n\nDisposition: x\n--b--\n"
        assert isinstance(read(mail(f"{head}disposition-notification", text)), Nothing)

    def test_of_a_forwarding_mailbox_name_who_it_was_written_to(self) -> None:
        report = read(dsn(OURS, "elsewhere@example.net", original_to=ERIKA))
        assert isinstance(report, Report)
        assert report.failures[0].addresses == ("elsewhere@example.net", ERIKA)

    def test_an_answer_holds_nothing_that_no_column_takes(self) -> None:
        report = read(dsn(OURS, diagnostic="smtp; 550 a\0b\x1bc"))
        assert isinstance(report, Report)
        assert report.failures[0].answer == "550 abc"

    @pytest.mark.parametrize(
        ("status", "reason"),
        [
            ("5.1.1", Reason.NO_MAILBOX),
            ("5.1.2", Reason.NO_SERVER),
            ("5.1.10", Reason.NO_MAILBOX),
            ("5.2.1", Reason.DISABLED),
            ("5.2.2", Reason.FULL),
            ("4.2.2", Reason.FULL),
            ("5.3.4", Reason.TOO_LARGE),
            ("5.4.4", Reason.NO_SERVER),
            ("4.4.7", Reason.SILENT),
            ("5.7.1", Reason.REFUSED),
            ("5.0.0", Reason.OTHER),
            ("", Reason.OTHER),
        ],
    )
    def test_reasons(self, status: str, reason: Reason) -> None:
        assert reason_of(status) == reason


class TestCalendars:
    @pytest.mark.parametrize("client", CLIENTS)
    def test_declined_of_every_client(self, client: str) -> None:
        found = read(CLIENTS[client](Answer(UID, sequence=3)))
        assert found == Declined((Decline(UID, 3, ERIKA),))

    @pytest.mark.parametrize("client", CLIENTS)
    @pytest.mark.parametrize("partstat", ["ACCEPTED", "TENTATIVE", "NEEDS-ACTION", "DELEGATED", ""])
    def test_any_other_answer_is_nothing(self, client: str, partstat: str) -> None:
        assert isinstance(read(CLIENTS[client](Answer(UID, partstat=partstat))), Nothing)

    @pytest.mark.parametrize("client", CLIENTS)
    def test_a_counter_is_nothing(self, client: str) -> None:
        assert isinstance(read(CLIENTS[client](Answer(UID, method="COUNTER"))), Nothing)

    @pytest.mark.parametrize("client", CLIENTS)
    def test_for_somebody_else_is_nothing(self, client: str) -> None:
        foreign = replace(Answer(UID), sender="mallory@example.org")
        assert isinstance(read(CLIENTS[client](foreign)), Nothing)

    def test_of_two_senders_is_nothing(self) -> None:
        raw = outlook(Answer(UID)).replace(b"From: ", b"From: m@example.org\r\nFrom: ", 1)
        assert isinstance(read(raw), Nothing)

    def test_of_an_absent_mailbox_is_nothing(self) -> None:
        raw = b"Auto-Submitted: auto-replied\r\n" + outlook(Answer(UID))
        assert isinstance(read(raw), Nothing)

    def test_within_a_forwarded_mail_is_a_letter(self) -> None:
        head = f"From: {ERIKA}\nContent-Type: multipart/mixed; boundary=q"
        quoted = outlook(Answer(UID)).decode().replace("\r\n", "\n")
        text = f"--q\n\nSehen Sie\n--q\nContent-Type: message/rfc822\n\n{quoted}\n--q--\n"
        assert isinstance(read(mail(head, text)), Letter)


class TestOthers:
    def test_somebody_wrote_it(self) -> None:
        assert read(letter(OURS), ERIKA) == Letter((OURS,))

    def test_out_of_office_is_nothing(self) -> None:
        assert isinstance(read(out_of_office(OURS), ERIKA), Nothing)
        assert isinstance(read(out_of_office(OURS), ""), Nothing)

    @pytest.mark.parametrize(
        "header",
        [
            "Auto-Submitted: auto-generated",
            "Precedence: bulk",
            "Precedence: list",
            "X-Autoreply: yes",
            "X-Autorespond: yes",
            "List-Id: <x.example>",
            "Return-Path: <>",
        ],
    )
    def test_what_programs_send_is_nothing(self, header: str) -> None:
        assert isinstance(read(f"{header}\r\n".encode() + letter(OURS)), Nothing)

    def test_an_empty_envelope_sender_is_a_program(self) -> None:
        assert isinstance(read(letter(OURS), ""), Nothing)

    def test_said_not_to_be_automatic_is_a_letter(self) -> None:
        assert isinstance(read(b"Auto-Submitted: no\r\n" + letter(OURS), ERIKA), Letter)


def nested(depth: int) -> bytes:
    """Boxes in boxes."""
    raw = b"Content-Type: text/plain\r\n\r\nx"
    for level in range(depth):
        boundary = f"b{level}".encode()
        raw = (
            b"Content-Type: multipart/mixed; boundary=" + boundary + b"\r\n\r\n--" + boundary
            + b"\r\n" + raw + b"\r\n--" + boundary + b"--\r\n"
        )  # fmt: skip
    return raw


HUGE = 9_000_000
HOSTILE = {
    "boxes in boxes": nested(2_000),
    "mails in mails": b"Content-Type: message/rfc822\r\n\r\n" * 50_000,
    "a thousand parts a level": b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    + b"--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" * 40_000,
    "one header": b"Subject: " + b"x" * HUGE,
    "many headers": b"X: y\r\n" * (HUGE // 6),
    "folded for ever": b"Subject: x\r\n" + b" y\r\n" * (HUGE // 4),
    "parameters": b"Content-Type: text/plain" + b";a=b" * (HUGE // 4),
    "semicolons": b"Content-Type: multipart/mixed" + b";" * HUGE,
    "open quote": b'Content-Type: multipart/mixed; boundary="' + b"=;" * (HUGE // 2),
    "empty lines": b"Content-Type: multipart/report; boundary=b\r\n\r\n" + b"\r\n" * (HUGE // 2),
    "spaces after a boundary": b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    + (b"--b" + b" " * 1_000 + b"x\r\n") * 5_000,
    "addresses": b"From: MAILER-DAEMON@x\r\n\r\n550 5.1.1 " + b"a" * HUGE,
    "ats": b"From: MAILER-DAEMON@x\r\n\r\n550 5.1.1 " + b"a@" * (HUGE // 2),
    "codes": b"From: MAILER-DAEMON@x\r\n\r\n" + b"5.1.1.1." * (HUGE // 8),
    "from": b"From: " + b"<a@b>,(" * (HUGE // 7),
    "base64": b"Content-Transfer-Encoding: base64\r\n\r\n" + b"=" * HUGE,
    "quoted": b"Content-Transfer-Encoding: quoted-printable\r\n\r\n" + b"=" * HUGE,
    "charset": b"Content-Type: text/plain; charset=punycode\r\n\r\n" + b"-a9" * (HUGE // 3),
    "calendar": b"Content-Type: text/calendar; method=REPLY\r\nFrom: a@b.example\r\n\r\n"
    b"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\n" + b"BEGIN:VEVENT\r\n" * 500_000,
    "calendar line": b"Content-Type: text/calendar\r\nFrom: a@b.example\r\n\r\n"
    b"METHOD:REPLY\r\nBEGIN:VEVENT\r\nATTENDEE" + b";A=" * 1_000_000,
    "calendar quotes": b"Content-Type: text/calendar\r\nFrom: a@b.example\r\n\r\n"
    b"METHOD:REPLY\r\nBEGIN:VEVENT\r\nATTENDEE" + b';A="","' * 1_000_000,
    "nothing": b"",
    "line ends": b"\r\n" * 1_000_000,
    "zeros": b"\0" * HUGE,
}  # fmt: skip


class TestHostile:
    @pytest.mark.parametrize("name", HOSTILE)
    def test_ends_soon(self, name: str) -> None:
        began = time.process_time()
        read(HOSTILE[name])
        assert time.process_time() - began < AT_MOST

    @given(st.binary(max_size=2_000))
    def test_any_bytes(self, raw: bytes) -> None:
        assert isinstance(read(raw), (Report, Declined, Letter, Nothing))

    @given(st.randoms(use_true_random=False), st.sampled_from([*REPORTS, *CLIENTS]))
    def test_real_ones_with_damage(self, chance: random.Random, name: str) -> None:
        raw = bytearray(REPORTS[name][0](OURS) if name in REPORTS else CLIENTS[name](Answer(UID)))
        for _ in range(chance.randint(1, 40)):
            at = chance.randrange(len(raw))
            raw[at : at + chance.randint(0, 30)] = chance.randbytes(chance.randint(0, 5))
        assert isinstance(read(bytes(raw)), (Report, Declined, Letter, Nothing))

    @given(st.sampled_from([postfix, exchange]), st.integers(0, 3_000))
    def test_cut_off_anywhere(self, build: object, at: int) -> None:
        assert callable(build)
        read(build(OURS)[:at])

    def test_goes_no_deeper_than_it_says(self) -> None:
        def depth(part: mime.Part) -> int:
            return 1 + max(map(depth, part.parts), default=0)

        assert depth(mime.read(nested(100))) <= mime.MOST_DEPTH + 1
