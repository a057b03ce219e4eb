"""Every table, imported once: for migrations and for tests that look at all of them."""

from eventapp.accounts import models as accounts
from eventapp.announcing import models as announcing
from eventapp.attendance import models as attendance
from eventapp.audit import models as audit
from eventapp.certificates import models as certificates
from eventapp.checkin import models as checkin
from eventapp.evaluation import models as evaluation
from eventapp.events import models as events
from eventapp.exports import models as exports
from eventapp.figures import models as figures
from eventapp.funding import models as funding
from eventapp.invitations import models as invitations
from eventapp.mail import models as mail
from eventapp.materials import models as materials
from eventapp.messages import models as messages
from eventapp.networks import models as networks
from eventapp.organisations import models as organisations
from eventapp.paper import models as paper
from eventapp.participants import models as participants
from eventapp.partners import models as partners
from eventapp.planning import models as planning
from eventapp.questions import models as questions
from eventapp.registration import models as registration
from eventapp.reminders import models as reminders
from eventapp.reporting import models as reporting
from eventapp.returns import models as returns
from eventapp.unsubscribing import models as unsubscribing
from eventapp.wording import models as wording

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
