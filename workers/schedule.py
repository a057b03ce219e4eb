"""The timetable. Every entry is a sweep that may run twice or late without harm."""

from typing import Any

from config import Settings

EXPORT_SWEEP, MINUTE, HOUR = 20.0, 60.0, 3600.0  # seconds


_BY_THE_CLOCK: dict[str, dict[str, Any]] = {
    "figures.keep": {
        "task": "figures.keep",
        "schedule": HOUR,
        "options": {"expires": HOUR},
    },
    # Finds files whose doorbell was lost or whose worker died.
    "exports.make": {
        "task": "exports.make",
        "schedule": EXPORT_SWEEP,
        "options": {"expires": EXPORT_SWEEP},
    },
    # Sign-up opens by the clock or by publishing; nobody rings a bell for the first.
    "reminders.openings": {
        "task": "reminders.openings",
        "schedule": MINUTE,
        "options": {"expires": MINUTE},
    },
    # Caps of organisations fall at midnight, places of unproved addresses lapse; every lock of
    # the event would find it too.
    "waiting_list.settle": {
        "task": "waiting_list.settle",
        "schedule": MINUTE,
        "options": {"expires": MINUTE},
    },
    # A change is collected for ten minutes; nobody rings a bell when they are over.
    "notices.owe": {
        "task": "notices.owe",
        "schedule": MINUTE,
        "options": {"expires": MINUTE},
    },
    # The day before begins for each event at its own minute.
    "reminders.coming": {
        "task": "reminders.coming",
        "schedule": MINUTE,
        "options": {"expires": MINUTE},
    },
    # Steps are due at a minute of their own, and some are only minutes before the start.
    "reminders.remind": {
        "task": "reminders.remind",
        "schedule": MINUTE,
        "options": {"expires": MINUTE},
    },
    # Events end by the clock, and the ledger of what is over is corrected at any time.
    "certificates.issue": {
        "task": "certificates.issue",
        "schedule": MINUTE,
        "options": {"expires": MINUTE},
    },
    # A day after an evaluation has opened; the hour does not matter.
    "reminders.evaluations": {
        "task": "reminders.evaluations",
        "schedule": HOUR,
        "options": {"expires": HOUR},
    },
    # Every hour, so that a machine that is off at night forgets as well.
    "privacy.forget": {
        "task": "privacy.forget",
        "schedule": HOUR,
        "options": {"expires": HOUR},
    },
}


def timetable(settings: Settings) -> dict[str, dict[str, Any]]:
    """Celery beat's schedule, seconds."""
    return {
        # Finds mails whose doorbell was lost, whose retry is due or whose worker died.
        "mail.deliver": {
            "task": "mail.deliver",
            "schedule": settings.mail_sweep,
            "options": {"expires": settings.mail_sweep},
        },
        **_BY_THE_CLOCK,
    }
