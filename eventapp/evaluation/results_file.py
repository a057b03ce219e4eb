"""What came of it as a table: a line per question and value, then the texts."""

from collections.abc import Iterator
from typing import Any

from eventapp import spreadsheets
from eventapp.evaluation.reading import Report
from eventapp.evaluation.rules import QuestionResult
from eventapp.evaluation.words import KINDS, Worded
from eventapp.languages import gettext as _


def write_csv(report: Report) -> bytes:
    return spreadsheets.write_csv(_headings(), _rows(report)).encode()


def _headings() -> list[str]:
    return [
        _("Frage"),
        _("Art"),
        _("Antwort"),
        _("Zahl"),
        _("Antworten auf die Frage"),
        _("Mittelwert"),
        _("Streuung"),
    ]


def _rows(report: Report) -> Iterator[list[Any]]:
    if report.results is None:
        return
    for result in report.results.questions:
        yield from _of_question(result, report.words[result.question.key])
    for key, texts in (report.texts or {}).items():
        for text in texts:
            yield [_plain(report.words[key].text), _("Freier Text"), text]


def _of_question(result: QuestionResult, words: Worded) -> Iterator[list[Any]]:
    begins = [_plain(words.text), str(KINDS[result.question.kind])]
    if result.answered is None:
        yield [*begins, "", "", _("unter 5")]
        return
    numbers = [result.answered, _decimal(result.mean), _decimal(result.spread)]
    if not result.counts:
        yield [*begins, "", "", *numbers]
    for value, n in result.counts.items():
        yield [*begins, _plain(words.label(value)), n, *numbers]


def _plain(text: Any) -> str:
    return str(text.striptags()) if hasattr(text, "striptags") else str(text)


def _decimal(number: float | None) -> str:
    """As German tables write it."""
    return "" if number is None else f"{number:.2f}".replace(".", ",")
