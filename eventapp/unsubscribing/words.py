"""What kinds of mail are called that somebody wants no more."""

from eventapp.languages import gettext as _
from eventapp.unsubscribing.rules import Topic


def topic_label(topic: Topic) -> str:
    labels: dict[Topic, str] = {
        Topic.MESSAGES: _("Nachrichten des Teams"),
        Topic.REMINDERS: _("Erinnerungen"),
        Topic.INVITATIONS: _("Einladungen"),
        Topic.ANNOUNCEMENTS: _("Ankündigungen"),
    }
    return labels[topic]
