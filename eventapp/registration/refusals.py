"""What sign-up and what a holder or the office does later can be refused for."""

from eventapp.errors import Refused


class EventFull(Refused):
    code = "event-full"
    field = "attendance"


class QuotaExhausted(Refused):
    """The organisation has sent as many as it may."""

    code = "quota-exhausted"
    field = "organisation"


class RegistrationClosed(Refused):
    code = "registration-closed"


class AttendanceClosed(RegistrationClosed):
    """In person one can sign up until the start, online until the end."""

    field = "attendance"


class EventChanged(Refused):
    """Somebody changed the event while the form was being read; what was chosen may be gone."""

    code = "event-changed"


class ProgrammeItemFull(Refused):
    code = "programme-item-full"


class Overlap(Refused):
    code = "overlap"


class AlreadyCancelled(Refused):
    code = "already-cancelled"


class NotWaiting(Refused):
    """Who holds a place already cannot be given one."""

    code = "not-waiting"


class SwitchClosed(RegistrationClosed):
    """The other way to take part is not offered, or not open any more."""

    code = "switch-closed"
    field = "attendance"


class NotOffered(Refused):
    """There is no offer, or its time is over."""

    code = "not-offered"


class NotConfirmedYet(Refused):
    """Whoever has not confirmed their address has nothing yet that could be moved."""

    code = "not-confirmed-yet"


class NotDecidedYet(Refused):
    """Whoever waits for a decision has no place yet that could be given or moved."""

    code = "not-decided-yet"


class AlreadyDecided(Refused):
    """The office has accepted this person, or the event never asked for a decision."""

    code = "already-decided"


class Unchanged(Refused):
    """It is so already."""

    code = "unchanged"
    field = "attendance"


class AlreadyRegistered(Refused):
    """The office meets the other entry; a guest who signs up twice only gets a link."""

    code = "already-registered"
    field = "email"


class NoDateLeft(Refused):
    """None of several events that were ticked can be had."""

    code = "no-date-left"
    field = "events"
