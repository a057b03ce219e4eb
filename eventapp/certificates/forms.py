"""What is asked of whoever checks a certificate, or withdraws one."""

from flask_babel import lazy_gettext as _l

from eventapp.forms import PublicForm
from eventapp.registration.fields import NAME, text_field

MOST_REASON = 200  # letters


class ReasonForm(PublicForm):
    """Why somebody's certificate is withdrawn."""

    reason = text_field(
        _l("Warum ziehen Sie sie zurück?"),
        MOST_REASON,
        _l("Schreiben Sie, warum Sie die Bescheinigung zurückziehen."),
        description=_l("Steht im Protokoll. Wer die Bescheinigung prüft, erfährt es nicht."),
    )


class VerifyForm(PublicForm):
    """Both stand on the paper."""

    code = text_field(
        _l("Prüfcode"),
        60,
        _l("Geben Sie den Prüfcode ein. Er steht unten auf der Bescheinigung."),
        description=_l("Steht unten auf der Bescheinigung, zum Beispiel K7M4-PX2D-9HQR-TV3W."),
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    surname = text_field(
        _l("Nachname"),
        NAME,
        _l("Geben Sie den Nachnamen ein, der auf der Bescheinigung steht."),
        description=_l("Der Person, für die die Bescheinigung ausgestellt ist."),
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
