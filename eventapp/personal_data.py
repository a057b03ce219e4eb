"""What every feature holds about people, imported once: for erasing, and for the register."""

# ruff: noqa: F401  a room declares its own as it is imported

import eventapp.accounts.personal_data
import eventapp.announcing.personal_data
import eventapp.attendance.personal_data
import eventapp.audit.personal_data
import eventapp.certificates.personal_data
import eventapp.checkin.personal_data
import eventapp.evaluation.personal_data
import eventapp.events.personal_data
import eventapp.exports.personal_data
import eventapp.figures.personal_data
import eventapp.funding.personal_data
import eventapp.invitations.personal_data
import eventapp.mail.personal_data
import eventapp.materials.personal_data
import eventapp.messages.personal_data
import eventapp.networks.personal_data
import eventapp.notices.personal_data
import eventapp.organisations.personal_data
import eventapp.paper.personal_data
import eventapp.participants.personal_data
import eventapp.partners.personal_data
import eventapp.planning.personal_data
import eventapp.questions.personal_data
import eventapp.registration.personal_data
import eventapp.reminders.personal_data
import eventapp.reporting.personal_data
import eventapp.returns.personal_data
import eventapp.unsubscribing.personal_data
import eventapp.wording.personal_data
