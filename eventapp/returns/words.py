"""Why mail does not reach an address, in plain words."""

from eventapp.languages import gettext as _
from eventapp.returns.rules import Reason, reason_of


def reason_words(status: str) -> str:
    """A sentence for a status of a report, as "5.1.1"."""
    words = {
        Reason.NO_MAILBOX: _("Diese Adresse gibt es nicht."),
        Reason.NO_SERVER: _("Den Namen hinter dem @ gibt es nicht."),
        Reason.DISABLED: _("Das Postfach ist abgeschaltet."),
        Reason.FULL: _("Das Postfach ist voll."),
        Reason.TOO_LARGE: _("Die E-Mail war zu groß für das Postfach."),
        Reason.SILENT: _("Der Mailserver hat tagelang nicht geantwortet."),
        Reason.REFUSED: _("Der Mailserver hat die E-Mail abgewiesen, zum Beispiel als Werbung."),
        Reason.OTHER: _("Der Mailserver nennt keinen genauen Grund."),
    }
    return str(words[reason_of(status)])
