"""An import file with one event of each kind, on days that follow from today."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from eventapp.clock import now
from eventapp.importing.demo import example_days

BERLIN = ZoneInfo("Europe/Berlin")
TODAY = now().astimezone(BERLIN).date()
SEPTEMBER, NOVEMBER = (example_days(TODAY)[name] for name in ("september", "november"))
LATER = max(SEPTEMBER, NOVEMBER) + timedelta(days=20)


def shift_to_the_online_door() -> float:
    """Seconds that lead to ten minutes before the earlier seminar begins, when its door is open."""
    return (in_berlin(FIRST_SEMINAR_ON, 13, 20) - datetime.now(UTC)).total_seconds()


def in_berlin(day: date, hour: int, minute: int = 0) -> datetime:
    """The instant, UTC, at which clocks in Berlin show this."""
    return datetime.combine(day, time(hour, minute), BERLIN).astimezone(UTC)


FIRST_SEMINAR_ON = min(SEPTEMBER, NOVEMBER)
FIRST_SEMINAR, FIRST_SEMINAR_TITLE = (
    ("seminar-september", "Seminar im September")
    if SEPTEMBER < NOVEMBER
    else ("seminar-november", "Seminar im November")
)
JOIN_URL = "https://konferenz.example/raum/1?pwd=geheim"

FILE = f"""
networks:
  - slug: netz
    name: Landesnetzwerk Beispielland
    sender: {{name: Netz, email: netz@example.org}}
    controller: {{name: Träger, address: Musterweg 1, email: traeger@example.org}}
series:
  - {{slug: reihe, title: Kommunal Engagiert, network: netz}}
events:
  - slug: jahrestreffen
    title: Jahrestreffen
    kind: annual_meeting
    network: netz
    starts_at: {LATER}T11:00
    ends_at: {LATER}T17:00
    attendance: [in_person]
    capacity: {{in_person: 1}}
    waiting_list: true
    status: published
    venue: {{name: Haus der Begegnung, city: Musterstadt}}
    contact: {{name: Büro, email: buero@example.org}}
  - slug: offen
    title: Netzwerktreffen
    kind: network_meeting
    network: netz
    starts_at: {LATER}T11:00
    ends_at: {LATER}T12:00
    attendance: [in_person]
    status: published
    contact: {{name: Büro, email: buero@example.org}}
  - slug: konferenz
    title: Landesnetzwerkkonferenz
    kind: network_conference
    network: netz
    starts_at: {LATER}T10:00
    ends_at: {LATER}T16:00
    attendance: [in_person, online]
    capacity: {{in_person: 1, online: 1}}
    waiting_list: true
    status: published
    join_url: {JOIN_URL}
    contact: {{name: Büro, email: buero@example.org}}
    programme:
      - slug: a
        title: Werkstatt
        starts_at: {LATER}T11:00
        ends_at: {LATER}T12:00
        capacity: 1
        choice: workshop
      - slug: b
        title: Gespräch
        starts_at: {LATER}T11:00
        ends_at: {LATER}T12:00
        choice: workshop
  - slug: seminar-september
    title: Seminar im September
    kind: online_seminar
    network: netz
    series: reihe
    starts_at: {SEPTEMBER}T13:30
    ends_at: {SEPTEMBER}T15:00
    attendance: [online]
    capacity: {{online: 1}}
    waiting_list: true
    status: published
    join_url: {JOIN_URL}
    contact: {{name: Büro, email: buero@example.org}}
  - slug: seminar-november
    title: Seminar im November
    kind: online_seminar
    network: netz
    series: reihe
    starts_at: {NOVEMBER}T13:30
    ends_at: {NOVEMBER}T15:00
    attendance: [online]
    capacity: {{online: 1}}
    waiting_list: true
    status: published
    join_url: {JOIN_URL}
    contact: {{name: Büro, email: buero@example.org}}
"""
