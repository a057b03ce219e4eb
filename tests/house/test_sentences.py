"""Every refusal has its sentence, wherever it is raised."""

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

from babel.messages.pofile import read_po

import eventapp
from eventapp.errors import Refused
from eventapp.sentences import SENTENCES

SAID_ELSEWHERE = {"too-late-to-undo"}  # the page leads back and says how things stand


def kinds(above: type[Refused] = Refused) -> Iterator[type[Refused]]:
    for each in above.__subclasses__():
        yield each
        yield from kinds(each)


def test_every_refusal_has_its_sentence() -> None:
    for module in pkgutil.walk_packages(eventapp.__path__, "eventapp."):
        if ".migrations" not in module.name:  # a refusal may be raised anywhere
            importlib.import_module(module.name)
    codes = {each.code for each in kinds() if each.__module__.startswith("eventapp")}
    assert codes <= SENTENCES.keys() | SAID_ELSEWHERE


def test_every_sentence_is_said_in_english() -> None:
    catalogue = Path(eventapp.__path__[0], "translations/en/LC_MESSAGES/messages.po")
    with catalogue.open("rb") as file:
        english = read_po(file, locale="en")
    for code, sentence in SENTENCES.items():
        message = english.get(str(sentence))
        assert message is not None, code
        assert message.string, code
