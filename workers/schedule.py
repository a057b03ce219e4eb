"""The timetable. Every entry is a sweep that may run twice or late without harm."""

from typing import Any

from config import Settings

EXPORT_SWEEP, MINUTE, HOUR = 20.0, 60.0, 3600.0  # seconds

_BY_THE_CLOCK = {
    "figures.keep": HOUR,
    # Finds files whose doorbell was lost or whose worker died.
    "exports.make": EXPORT_SWEEP,
    # Sign-up opens by the clock or by publishing; nobody rings a bell for the first.
    "reminders.openings": MINUTE,
    # Caps of organisations fall at midnight, places of unproved addresses lapse; every lock of
    # the event would find it too.
    "waiting_list.settle": MINUTE,
    # A change is collected for ten minutes; nobody rings a bell when they are over.
    "notices.owe": MINUTE,
    # The day before begins for each event at its own minute.
    "reminders.coming": MINUTE,
    # Steps are due at a minute of their own, and some are only minutes before the start.
    "reminders.remind": MINUTE,
    # Events end by the clock, and the ledger of what is over is corrected at any time.
    "certificates.issue": MINUTE,
    # A day after an evaluation has opened; the hour does not matter.
    "reminders.evaluations": HOUR,
    # Every hour, so that a machine that is off at night forgets as well.
    "privacy.forget": HOUR,
}


def timetable(settings: Settings) -> dict[str, dict[str, Any]]:
    """Celery beat's schedule; what waits for longer than to its next turn has had its time."""
    every = {
        # Finds mails whose doorbell was lost, whose retry is due or whose worker died.
        "mail.deliver": settings.mail_sweep,
        **_BY_THE_CLOCK,
    }
    return {
        task: {"task": task, "schedule": seconds, "options": {"expires": seconds}}
        for task, seconds in every.items()
    }
