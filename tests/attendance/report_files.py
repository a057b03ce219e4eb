"""Reports as each platform writes them, with invented names; then as office programs do."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

_ZOOM_TIMES = "Join Time,Leave Time,Duration (Minutes)"
BERLIN = ZoneInfo("Europe/Berlin")
Row = tuple[str, str, int, int]  # name, address, minutes after the start: came, left


def _local(start: datetime, minutes: int, zone: str = "Europe/Berlin") -> datetime:
    return (start + timedelta(minutes=minutes)).astimezone(ZoneInfo(zone))


def zoom(start: datetime, rows: list[Row], zone: str = "Europe/Berlin") -> bytes:
    """With the head of the meeting above; UTF-8 with a mark."""
    form = "%m/%d/%Y %I:%M:%S %p"
    lines = [
        "Meeting ID,Topic,Start Time,End Time,User Email,Duration (Minutes),Participants,",
        f"852 1848 6288,Treffen,{_local(start, 0, zone):{form}},,host@example.org,90,{len(rows)},",
        "",
        f"Name (Original Name),User Email,{_ZOOM_TIMES},Guest,Recording Consent",
    ]
    for name, email, came, left in rows:
        a, b = _local(start, came, zone), _local(start, left, zone)
        lines.append(f'"{name}",{email},{a:{form}},{b:{form}},{left - came},Yes,')
    return ("\ufeff" + "\r\n".join(lines) + "\r\n").encode()


def _teams_time(moment: datetime) -> str:
    hour = moment.hour % 12 or 12
    return (
        f"{moment.month}/{moment.day}/{moment:%y}, {hour}:{moment:%M:%S}\u202f"
        f"{'PM' if moment.hour >= 12 else 'AM'}"
    )


def teams(start: datetime, rows: list[Row]) -> bytes:
    """Three parts with tabs, UTF-16; only the third has every coming and going."""
    by_person: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for name, email, came, left in rows:
        by_person.setdefault((name, email), []).append((came, left))

    def line(name: str, email: str, came: int, left: int, *more: str) -> str:
        times = (_teams_time(_local(start, each)) for each in (came, left))
        return "\t".join([name, *times, f"{left - came}m 0s", email, *more])

    lines = [
        *("1. Summary", "Meeting title\tTreffen", f"Attended participants\t{len(by_person)}"),
        f"Start time\t{_teams_time(_local(start, 0))}",
        f"End time\t{_teams_time(_local(start, 90))}",
        *("Meeting duration\t1h 30m 0s", "Average attendance time\t1h 2m 3s", ""),
        "2. Participants",
        "Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tParticipant ID (UPN)\tRole",
    ]
    for (name, email), spans in by_person.items():
        first, last = min(a for a, _b in spans), max(b for _a, b in spans)
        lines.append(line(name, email, first, last, email, "Attendee"))
    lines += ["", "3. In-Meeting Activities"]
    lines.append("Name\tJoin Time\tLeave Time\tDuration\tEmail\tRole")
    lines += [line(*row, "Attendee") for row in rows]
    return "\n".join(lines).encode("utf-16")


def webex(start: datetime, rows: list[Row]) -> bytes:
    """UTF-16 with tabs; times as texts that no office program turns into numbers."""

    def moment(minutes: int) -> str:
        return f'"=""{_local(start, minutes):%Y-%m-%d %H:%M:%S}"""'

    heads = (
        "Meeting Name",
        "Meeting Start Time",
        "Meeting End Time",
        "Display Name",
        "First Name",
        "Last Name",
        "Attendee Email",
        "Join Time",
        "Leave Time",
        "Attendance Duration",
        "Connection Type",
    )
    lines = ["\t".join(heads)]
    for name, email, came, left in rows:
        cells = ["Treffen", moment(0), moment(90), name, "", "", email, moment(came), moment(left)]
        lines.append("\t".join([*cells, f"{left - came} mins", "Desktop app"]))
    return "\r\n".join(lines).encode("utf-16")


def bigbluebutton(start: datetime, rows: list[Row]) -> bytes:
    """No addresses, German times, and a last line for anonymous answers."""

    def moment(minutes: int) -> str:
        local = _local(start, minutes)
        return f"{local.day}.{local.month}.{local.year}, {local:%H:%M:%S}"

    head = "Name,Moderator,Activity Score,Talk Time,Webcam Time,Messages,Reactions,Poll Votes,"
    lines = [f"{head}Raise Hands,Join,Left,Duration"]
    for name, _email, came, left in rows:
        numbers = '"FALSE","0","-","-","0","0","0","0"'
        hours = f"{(left - came) // 60:02}:{(left - came) % 60:02}:00"
        lines.append(f'"{name}",{numbers},"{moment(came)}","{moment(left)}","{hours}"')
    lines.append('"Anonymous"' + ',""' * 11)
    return "\r\n".join(lines).encode()


def of_excel(content: bytes, encoding: str = "cp1252") -> bytes:
    """A Zoom report as German Excel saves it: semicolons, its own encoding, local times."""
    lines = content.decode("utf-8-sig").split("\r\n")
    return "\r\n".join(line.replace(",", ";") for line in lines).encode(encoding)
