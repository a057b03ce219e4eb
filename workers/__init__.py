"""The worker processes: `celery -A workers worker` and `celery -A workers beat`.

A task says only "look now": it opens the app's context and calls one function of the house.
"""

import sys
import warnings

from celery.platforms import SecurityWarning  # type: ignore[attr-defined]  # not in the stubs

import config
from eventapp import create_app
from eventapp.ops.broker import with_broker
from eventapp.ops.embedded import BrokerUnavailable
from eventapp.queue import celery_app

# Celery warns of root because pickled tasks would run as root; only JSON is accepted here.
warnings.filterwarnings("ignore", category=SecurityWarning)

try:
    settings = with_broker(config.load())
except (config.ConfigError, BrokerUnavailable) as error:
    print(error, file=sys.stderr)  # noqa: T201  the last word before the process ends
    sys.exit(2)

flask_app = create_app(settings)  # not "app": Celery would take it for its own

from workers import (  # noqa: E402  tasks need the app above
    certificates,
    exports,
    mail,
    notices,
    privacy,
    reminders,
    schedule,
    waiting_list,
)

celery_app.conf.beat_schedule = schedule.timetable(settings)

__all__ = [
    "celery_app",
    "certificates",
    "exports",
    "flask_app",
    "mail",
    "notices",
    "privacy",
    "reminders",
    "waiting_list",
]
