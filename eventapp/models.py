"""Every table, imported once: for migrations and for tests that look at all of them."""

# ruff: noqa: F401  a room declares its own as it is imported

import eventapp.accounts.models
import eventapp.announcing.models
import eventapp.attendance.models
import eventapp.audit.models
import eventapp.certificates.models
import eventapp.checkin.models
import eventapp.evaluation.models
import eventapp.events.models
import eventapp.exports.models
import eventapp.figures.models
import eventapp.funding.models
import eventapp.invitations.models
import eventapp.mail.models
import eventapp.materials.models
import eventapp.messages.models
import eventapp.networks.models
import eventapp.organisations.models
import eventapp.paper.models
import eventapp.participants.models
import eventapp.partners.models
import eventapp.planning.models
import eventapp.questions.models
import eventapp.registration.models
import eventapp.reminders.models
import eventapp.reporting.models
import eventapp.returns.models
import eventapp.unsubscribing.models
import eventapp.wording.models
