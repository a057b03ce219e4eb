"""Somebody made up, to show a mail before there are guests; nobody's data, no key to anything."""

from dataclasses import replace

from eventapp.events.definition import EventDefinition
from eventapp.events.models import Attendance
from eventapp.registration.holder import Holder
from eventapp.registration.models import RegistrationStatus
from eventapp.registration.wording_mails import sample_holder
from eventapp.reminders.models import Group
from eventapp.reminders.rules import Step


def sample_of(event: EventDefinition, step: Step, language: str) -> Holder:
    """Of the group that the step writes to."""
    holder = replace(sample_holder(event, language), short_code="MSTR2345")
    if step.group is Group.WAITING:
        waits_for = holder.attendance
        return replace(holder, status=RegistrationStatus.WAITLISTED, waits_for=waits_for)
    way = Attendance.ONLINE if step.group is Group.ONLINE else Attendance.IN_PERSON
    return replace(holder, attendance=way) if way in event.attendances else holder
