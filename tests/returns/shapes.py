"""Mails as servers and calendars send them: shapes of the real ones, written for these tests."""

import base64
from dataclasses import dataclass

SENDER = "netz@example.org"
ERIKA = "erika@example.org"


def mail(head: str, body: str = "") -> bytes:
    return f"{head.strip()}\n\n{body}".replace("\n", "\r\n").encode()


def returned(message_id: str, to: str = ERIKA) -> str:
    """The head of our mail as reports quote it."""
    return f"""Received: from events.example by mx.example.org; Fri, 27 Nov 2026 10:00:00 +0100
From: "Netzwerk Beispielstadt" <{SENDER}>
To: {to}
Subject: Sie sind angemeldet
Date: Fri, 27 Nov 2026 10:00:00 +0100
Message-ID: <{message_id}@example.org>
Auto-Submitted: auto-generated
"""


def dsn(  # one parameter for each thing that reports differ in
    message_id: str,
    to: str = ERIKA,
    *,
    sender: str = "MAILER-DAEMON@mx.example.org (Mail Delivery System)",
    action: str = "failed",
    status: str = "5.1.1",
    diagnostic: str = "smtp; 550 5.1.1 <x>: Recipient address rejected: User unknown",
    quoted: str = "message/rfc822",
    fields: str = "",
    subject: str = "Undelivered Mail Returned to Sender",
    original_to: str = "",
) -> bytes:
    return mail(
        f"""Return-Path: <>
Date: Fri, 27 Nov 2026 10:00:05 +0100
From: {sender}
Subject: {subject}
To: {SENDER}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="4XyZ.1/mx.example.org"
Message-Id: <20261127090005.4XyZ@mx.example.org>{fields}""",
        f"""This is a MIME-encapsulated message.

--4XyZ.1/mx.example.org
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--4XyZ.1/mx.example.org
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org
X-Postfix-Queue-ID: 4XyZ
Arrival-Date: Fri, 27 Nov 2026 10:00:00 +0100

Final-Recipient: rfc822; {to}
Action: {action}
Status: {status}
Remote-MTA: dns; mail.example.org
Diagnostic-Code: {diagnostic}

--4XyZ.1/mx.example.org
Content-Description: Undelivered Message
Content-Type: {quoted}

{returned(message_id, original_to or to)}
Guten Tag

--4XyZ.1/mx.example.org--
""",
    )


def postfix(message_id: str, to: str = ERIKA) -> bytes:
    return dsn(message_id, to)


def exim(message_id: str, to: str = ERIKA) -> bytes:
    return dsn(
        message_id,
        to,
        sender="Mail Delivery System <Mailer-Daemon@mx.example.org>",
        status="5.0.0",
        diagnostic="smtp; 550 5.1.1 <x>: no such user here",
        quoted="text/rfc822-headers",
        subject="Mail delivery failed: returning message to sender",
        fields=f"\nX-Failed-Recipients: {to}",
    )


def exchange(message_id: str, to: str = ERIKA) -> bytes:
    """Office 365: the words as alternatives, a status of its own."""
    return mail(
        f"""From: Microsoft Outlook <MicrosoftExchange329e71ec88ae@example.org>
To: <{SENDER}>
Date: Fri, 27 Nov 2026 10:00:05 +0000
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="b90ab8bd-1c4f"
X-MS-Exchange-Message-Is-Ndr:
Content-Language: de-DE
Message-ID: <0102abcd@AM0PR01MB.eurprd01.prod.exchangelabs.com>
In-Reply-To: <{message_id}@example.org>
References: <{message_id}@example.org>
Thread-Topic: Sie sind angemeldet
Subject: =?utf-8?B?VW56dXN0ZWxsYmFy?=: Sie sind angemeldet
Auto-Submitted: auto-replied
X-MS-PublicTrafficType: Email
Return-Path: <>
MIME-Version: 1.0""",
        f"""--b90ab8bd-1c4f
Content-Type: multipart/alternative; differences=Content-Type;
\tboundary="c14ac0b5-6f5a"

--c14ac0b5-6f5a
Content-Type: text/plain; charset="utf-8"
Content-Transfer-Encoding: base64

{base64.b64encode(f"Ihre Nachricht an {to} konnte nicht zugestellt werden.".encode()).decode()}

--c14ac0b5-6f5a
Content-Type: text/html; charset="utf-8"
Content-Transfer-Encoding: quoted-printable

<html><body>Ihre Nachricht an <a href=3D"mailto:{to}">{to}</a></body></html>

--c14ac0b5-6f5a--

--b90ab8bd-1c4f
Content-Type: message/delivery-status

Reporting-MTA: dns;AM0PR01MB.eurprd01.prod.outlook.com
Received-From-MTA: dns;events.example
Arrival-Date: Fri, 27 Nov 2026 10:00:00 +0000

Final-Recipient: rfc822;{to}
Action: failed
Status: 5.1.10
Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient {to} not found by SMTP
 address lookup

--b90ab8bd-1c4f
Content-Type: message/rfc822

{returned(message_id, to)}
Guten Tag

--b90ab8bd-1c4f--
""",
    )


def gmail(message_id: str, to: str = ERIKA) -> bytes:
    return dsn(
        message_id,
        to,
        sender="Mail Delivery Subsystem <mailer-daemon@googlemail.com>",
        status="5.2.2",
        diagnostic="smtp; 552-5.2.2 The recipient's inbox is out of storage space.",
        subject="Delivery Status Notification (Failure)",
        fields=f"\nX-Failed-Recipients: {to}\nIn-Reply-To: <{message_id}@example.org>",
    )


def gmx(message_id: str, to: str = ERIKA) -> bytes:
    """A letter of a program, with the head of the mail below."""
    return mail(
        f"""Return-Path: <>
From: GMX Mailer Daemon <mailer-daemon@gmx.de>
To: {SENDER}
Subject: Mail delivery failed: returning message to sender
Auto-Submitted: auto-replied
Date: Fri, 27 Nov 2026 10:00:05 +0100
Message-ID: <trinity-1@gmx.de>
Content-Type: text/plain; charset=UTF-8""",
        f"""This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of
its recipients. This is a permanent error. The following address
failed:

"{to}":
SMTP error from remote server for RCPT TO command, host: mx00.emig.gmx.net reason: 550 Requested
action not taken: mailbox unavailable

--- The header of the original message is following. ---

{returned(message_id, to)}""",
    )


def t_online(message_id: str, to: str = ERIKA) -> bytes:
    return mail(
        f"""Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@t-online.de>
To: {SENDER}
Subject: Unzustellbare Nachricht / Undeliverable Mail
Date: Fri, 27 Nov 2026 10:00:05 +0100
Message-ID: <x@t-online.de>
Content-Type: text/plain; charset=ISO-8859-1
Content-Transfer-Encoding: quoted-printable""",
        f"""Die folgende Adresse ist nicht g=FCltig:

   <{to}>
   (reason: 550 5.1.1 unknown user)

> To: {to}
> Message-ID: <{message_id}@example.org>
""",
    )


REPORTS = {
    "postfix": (postfix, "5.1.1"),
    "exim": (exim, "5.1.1"),
    "exchange": (exchange, "5.1.10"),
    "gmail": (gmail, "5.2.2"),
    "gmx": (gmx, "5.1.1"),
    "t-online": (t_online, "5.1.1"),
}


@dataclass(frozen=True)
class Answer:
    """What a calendar says to one of our entries."""

    uid: str
    sequence: int = 0
    partstat: str = "DECLINED"
    attendee: str = ERIKA
    sender: str = ERIKA
    method: str = "REPLY"


def _object(answer: Answer, prodid: str, attendee: str, *, zone: str = "") -> str:
    return f"""BEGIN:VCALENDAR
PRODID:{prodid}
VERSION:2.0
CALSCALE:GREGORIAN
METHOD:{answer.method}
{zone}BEGIN:VEVENT
DTSTART:20270113T123000Z
DTEND:20270113T140000Z
DTSTAMP:20261127T091500Z
ORGANIZER;CN=Netzwerk Beispielstadt:mailto:{SENDER}
UID:{answer.uid}
{attendee}
SEQUENCE:{answer.sequence}
SUMMARY:Netzwerktreffen
BEGIN:VALARM
ACTION:DISPLAY
UID:another@client.example
TRIGGER:-PT15M
END:VALARM
END:VEVENT
END:VCALENDAR
"""


def outlook(answer: Answer) -> bytes:
    """Alternatives, the calendar as base64, the attendee's line folded, no SEQUENCE of a zone."""
    line = f'ATTENDEE;PARTSTAT={answer.partstat};CN="Beispiel, Erika":MAILTO:{answer.attendee}'
    zone = "BEGIN:VTIMEZONE\nTZID:W. Europe Standard Time\nEND:VTIMEZONE\n"
    text = _object(
        answer, "Microsoft Exchange Server 2010", line[:50] + "\n " + line[50:], zone=zone
    )
    encoded = base64.encodebytes(text.replace("\n", "\r\n").encode()).decode()
    return mail(
        f"""From: "Beispiel, Erika" <{answer.sender}>
To: Netzwerk Beispielstadt <{SENDER}>
Subject: Abgelehnt: Netzwerktreffen
Thread-Topic: Netzwerktreffen
Message-ID: <AM0PR01@AM0PR01MB.eurprd01.prod.outlook.com>
Content-Language: de-DE
X-MS-Has-Attach:
Content-Type: multipart/alternative;
\tboundary="_000_AM0PR01_"
MIME-Version: 1.0""",
        f"""--_000_AM0PR01_
Content-Type: text/plain; charset="iso-8859-1"
Content-Transfer-Encoding: quoted-printable


--_000_AM0PR01_
Content-Type: text/calendar; charset="utf-8"; method={answer.method}
Content-Transfer-Encoding: base64

{encoded}
--_000_AM0PR01_--
""",
    )


def google(answer: Answer) -> bytes:
    """By the server, "auto-generated", and once more as an attachment."""
    line = (
        f"ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT={answer.partstat};CN="
        f"Erika Beispiel;X-NUM-GUESTS=0:mailto:{answer.attendee}"
    )
    text = _object(answer, "-//Google Inc//Google Calendar 70.9054//EN", line)
    return mail(
        f"""Reply-To: Erika Beispiel <{answer.sender}>
Sender: Google Calendar <calendar-notification@google.com>
Auto-Submitted: auto-generated
Message-ID: <calendar-1@google.com>
Subject: Declined: Netzwerktreffen @ Wed 13 Jan 2027 13:30
From: Erika Beispiel <{answer.sender}>
To: {SENDER}
Content-Type: multipart/mixed; boundary="0000000000a1"
MIME-Version: 1.0""",
        f"""--0000000000a1
Content-Type: multipart/alternative; boundary="0000000000a2"

--0000000000a2
Content-Type: text/plain; charset="UTF-8"; format=flowed; delsp=yes

Erika Beispiel has declined this invitation.

--0000000000a2
Content-Type: text/calendar; charset="UTF-8"; method={answer.method}
Content-Transfer-Encoding: 7bit

{text}
--0000000000a2--
--0000000000a1
Content-Type: application/ics; name="invite.ics"
Content-Disposition: attachment; filename="invite.ics"
Content-Transfer-Encoding: base64

{base64.encodebytes(text.encode()).decode()}
--0000000000a1--
""",
    )


def apple(answer: Answer) -> bytes:
    """iCloud: the attendee is a path of its server, the address a parameter."""
    line = (
        f'ATTENDEE;CN="Erika Beispiel";CUTYPE=INDIVIDUAL;EMAIL="{answer.attendee}";'
        f"PARTSTAT={answer.partstat};ROLE=REQ-PARTICIPANT:/aMTIz/principal/"
    )
    text = _object(answer, "-//Apple Inc.//iPhone OS 19.1//EN", line)
    return mail(
        f"""From: Erika Beispiel <{answer.sender}>
Content-Type: multipart/alternative;
 boundary="Apple-Mail=_1"
Subject: Abgelehnt: Netzwerktreffen
Message-Id: <A1@icloud.com>
To: {SENDER}
X-Mailer: iCloud Calendar
Mime-Version: 1.0""",
        f"""--Apple-Mail=_1
Content-Type: text/plain; charset=utf-8

Erika Beispiel hat die Einladung abgelehnt.
--Apple-Mail=_1
Content-Transfer-Encoding: quoted-printable
Content-Type: text/calendar; charset=utf-8; method={answer.method}; name="iCal.ics"

{text.replace("=", "=3D")}
--Apple-Mail=_1--
""",
    )


def thunderbird(answer: Answer) -> bytes:
    line = f"ATTENDEE;PARTSTAT={answer.partstat};ROLE=REQ-PARTICIPANT:mailto:{answer.attendee}"
    text = _object(answer, "-//Mozilla.org/NONSGML Mozilla Calendar V1.1//EN", line)
    return mail(
        f"""Message-ID: <8c1f@example.org>
Date: Fri, 27 Nov 2026 10:15:00 +0100
MIME-Version: 1.0
User-Agent: Mozilla Thunderbird
From: Erika Beispiel <{answer.sender}>
To: Netzwerk Beispielstadt <{SENDER}>
Subject: Einladung abgelehnt: Netzwerktreffen
Content-Type: multipart/mixed; boundary="------------tb1"
""",
        f"""This is a multi-part message in MIME format.
--------------tb1
Content-Type: multipart/alternative; boundary="------------tb2"

--------------tb2
Content-Type: text/plain; charset=UTF-8

Erika Beispiel hat Ihre Einladung abgelehnt.
--------------tb2
Content-Type: text/calendar; method={answer.method}; charset=UTF-8
Content-Transfer-Encoding: 8bit

{text}
--------------tb2--

--------------tb1--
""",
    )


CLIENTS = {"outlook": outlook, "google": google, "apple": apple, "thunderbird": thunderbird}


def out_of_office(message_id: str) -> bytes:
    return mail(
        f"""From: Erika Beispiel <{ERIKA}>
To: {SENDER}
Subject: Automatische Antwort: Sie sind angemeldet
In-Reply-To: <{message_id}@example.org>
Auto-Submitted: auto-replied
X-Auto-Response-Suppress: All
Content-Type: text/plain""",
        "Ich bin bis zum 5.1.2027 nicht im Haus, Telefon 550 123.",
    )


def letter(message_id: str = "0" * 32) -> bytes:
    return mail(
        f"""From: Erika Beispiel <{ERIKA}>
To: {SENDER}
Subject: Re: Sie sind angemeldet
In-Reply-To: <{message_id}@example.org>
Content-Type: text/plain""",
        "Darf ich meinen Hund mitbringen?",
    )
