"""What other programs read in calendar files: `python -m tests.calendars.reading NAME`.

Files come on stdin as a JSON list of texts; a list of their events, each as `Seen`, goes to stdout.
A process of its own, since libraries keep the time zone they began with.
"""

import ctypes
import json
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

Seen = dict[str, Any]  # uid, start and end (UTC or a day), status, sequence


def _shown(value: date) -> str:
    """An instant in UTC, or a day."""
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return f"{value:%Y-%m-%d}"


def icalendar(text: str) -> list[Seen]:
    """The library that the program itself depends on."""
    from icalendar import Calendar

    events: list[Any] = list(Calendar.from_ical(text).walk("VEVENT"))
    return [
        {
            "uid": str(event["UID"]),
            "start": _shown(event["DTSTART"].dt),
            "end": _shown(event["DTEND"].dt),
            "status": str(event["STATUS"]),
            "sequence": int(event["SEQUENCE"]),
        }
        for event in events
    ]


def vobject(text: str) -> list[Seen]:
    """As Radicale and other servers in Python read; time zones are dateutil's."""
    import vobject as library
    from vobject import icalendar as zones

    vars(zones)["__tzidMap"].pop("Europe/Berlin", None)
    return [
        {
            "uid": event.uid.value,
            "start": _shown(event.dtstart.value),
            "end": _shown(event.dtend.value),
            "status": event.status.value,
            "sequence": int(event.sequence.value),
        }
        for event in getattr(library.readOne(text), "vevent_list", [])
    ]


class _Time(ctypes.Structure):
    """`struct icaltimetype` of libical 3."""

    _fields_ = (
        *((name, ctypes.c_int) for name in ("year", "month", "day", "hour", "minute", "second")),
        ("is_date", ctypes.c_int),
        ("is_daylight", ctypes.c_int),
        ("zone", ctypes.c_void_p),
    )

    def __str__(self) -> str:
        day = f"{self.year:04}-{self.month:02}-{self.day:02}"
        return day if self.is_date else f"{day}T{self.hour:02}:{self.minute:02}:{self.second:02}Z"


_POINTER = ctypes.c_void_p
_VEVENT = 4  # ICAL_VEVENT_COMPONENT
_SIGNATURES: dict[str, tuple[Any, list[Any]]] = {
    "icalparser_parse_string": (_POINTER, [ctypes.c_char_p]),
    "icalcomponent_free": (None, [_POINTER]),
    "icalcomponent_get_first_component": (_POINTER, [_POINTER, ctypes.c_int]),
    "icalcomponent_get_next_component": (_POINTER, [_POINTER, ctypes.c_int]),
    "icalcomponent_get_uid": (ctypes.c_char_p, [_POINTER]),
    "icalcomponent_get_sequence": (ctypes.c_int, [_POINTER]),
    "icalcomponent_get_status": (ctypes.c_int, [_POINTER]),
    "icalproperty_status_to_string": (ctypes.c_char_p, [ctypes.c_int]),
    "icalcomponent_get_dtstart": (_Time, [_POINTER]),
    "icalcomponent_get_dtend": (_Time, [_POINTER]),
    "icaltime_convert_to_zone": (_Time, [_Time, _POINTER]),
    "icaltimezone_get_utc_timezone": (_POINTER, []),
}


@cache
def _libical() -> Any:
    """Debian's package libical3."""
    library = ctypes.CDLL("libical.so.3")
    for name, (result, arguments) in _SIGNATURES.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


def libical(text: str) -> list[Seen]:
    """As GNOME, KDE and Cyrus read."""
    library = _libical()
    root = library.icalparser_parse_string(text.encode())
    if not root:
        raise ValueError("no calendar")
    found = []
    event = library.icalcomponent_get_first_component(root, _VEVENT)
    while event:
        found.append(_seen_by_libical(library, event))
        event = library.icalcomponent_get_next_component(root, _VEVENT)
    library.icalcomponent_free(root)
    return found


def _seen_by_libical(library: Any, event: Any) -> Seen:
    times = []
    for name in ("dtstart", "dtend"):
        time = getattr(library, f"icalcomponent_get_{name}")(event)
        if not time.is_date:
            if not time.zone:
                raise ValueError(f"{name} has no time zone")
            time = library.icaltime_convert_to_zone(time, library.icaltimezone_get_utc_timezone())
        times.append(str(time))
    status = library.icalcomponent_get_status(event)
    return {
        "uid": library.icalcomponent_get_uid(event).decode(),
        "start": times[0],
        "end": times[1],
        "status": library.icalproperty_status_to_string(status).decode(),
        "sequence": library.icalcomponent_get_sequence(event),
    }


READERS: dict[str, Callable[[str], list[Seen]]] = {
    "icalendar": icalendar,
    "vobject": vobject,
    "libical": libical,
}


def main() -> None:
    read = READERS[sys.argv[1]]
    json.dump([read(text) for text in json.load(sys.stdin)], sys.stdout)


if __name__ == "__main__":
    main()
