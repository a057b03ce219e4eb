"""A set of questions that fits most events, in both languages."""

from eventapp.evaluation.rules import Kind, Question

_LOW, _LOW_EN = "gar nicht", "not at all"
_HIGH, _HIGH_EN = "voll und ganz", "completely"


def _scale(key: str, text: str, text_en: str) -> Question:
    return Question(key, Kind.SCALE, text, text_en, _LOW, _LOW_EN, _HIGH, _HIGH_EN)


USUAL = (
    Question(
        "q1",
        Kind.SCALE,
        "Wie hat Ihnen die Veranstaltung insgesamt gefallen?",
        "How did you like the event as a whole?",
        _LOW,
        _LOW_EN,
        "sehr gut",
        "very much",
    ),
    _scale("q2", "Die Inhalte nützen mir.", "The content is useful to me."),
    _scale("q3", "Ich konnte mich mit anderen austauschen.", "I could exchange views with others."),
    _scale("q4", "Organisation und Technik haben gestimmt.", "Organisation and technology worked."),
    _scale("q5", "Ich konnte ohne Hindernisse teilnehmen.", "I could take part without barriers."),
    Question(
        "q6",
        Kind.CHOICE,
        "Würden Sie wiederkommen?",
        "Would you come again?",
        options=("Ja", "Vielleicht", "Nein"),
        options_en=("Yes", "Perhaps", "No"),
    ),
    Question("q7", Kind.TEXT, "Was war gut?", "What was good?"),
    Question("q8", Kind.TEXT, "Was können wir besser machen?", "What can we do better?"),
)
