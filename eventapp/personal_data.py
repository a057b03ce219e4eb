"""What every feature holds about people, imported once: for erasing, and for the register."""

from eventapp.accounts import personal_data as accounts
from eventapp.announcing import personal_data as announcing
from eventapp.attendance import personal_data as attendance
from eventapp.audit import personal_data as audit
from eventapp.certificates import personal_data as certificates
from eventapp.checkin import personal_data as checkin
from eventapp.evaluation import personal_data as evaluation
from eventapp.events import personal_data as events
from eventapp.exports import personal_data as exports
from eventapp.figures import personal_data as figures
from eventapp.funding import personal_data as funding
from eventapp.invitations import personal_data as invitations
from eventapp.mail import personal_data as mail
from eventapp.materials import personal_data as materials
from eventapp.messages import personal_data as messages
from eventapp.networks import personal_data as networks
from eventapp.notices import personal_data as notices
from eventapp.organisations import personal_data as organisations
from eventapp.paper import personal_data as paper
from eventapp.participants import personal_data as participants
from eventapp.partners import personal_data as partners
from eventapp.planning import personal_data as planning
from eventapp.questions import personal_data as questions
from eventapp.registration import personal_data as registration
from eventapp.reminders import personal_data as reminders
from eventapp.reporting import personal_data as reporting
from eventapp.returns import personal_data as returns
from eventapp.unsubscribing import personal_data as unsubscribing
from eventapp.wording import personal_data as wording

__all__ = [
    "accounts",
    "announcing",
    "attendance",
    "audit",
    "certificates",
    "checkin",
    "evaluation",
    "events",
    "exports",
    "figures",
    "funding",
    "invitations",
    "mail",
    "materials",
    "messages",
    "networks",
    "notices",
    "organisations",
    "paper",
    "participants",
    "partners",
    "planning",
    "questions",
    "registration",
    "reminders",
    "reporting",
    "returns",
    "unsubscribing",
    "wording",
]
