"""Every refusal has its name, its sentence and its test, wherever it is raised."""

import ast
import importlib
import pkgutil
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import eventapp
import tests
from eventapp.errors import Refused
from eventapp.sentences import SENTENCES

SAID_ELSEWHERE = {"too-late-to-undo"}  # the page leads back and says how things stand


def kinds(above: type[Refused] = Refused) -> Iterator[type[Refused]]:
    for each in above.__subclasses__():
        yield each
        yield from kinds(each)


@pytest.fixture(scope="module")
def refusals() -> list[type[Refused]]:
    for module in pkgutil.walk_packages(eventapp.__path__, "eventapp."):
        if ".migrations" not in module.name:  # a refusal may be raised anywhere
            importlib.import_module(module.name)
    return [each for each in kinds() if each.__module__.startswith("eventapp")]


def test_every_refusal_has_its_sentence_and_no_sentence_is_left_over(
    refusals: list[type[Refused]],
) -> None:
    assert {each.code for each in refusals} - SAID_ELSEWHERE == SENTENCES.keys()


def test_every_refusal_has_a_name_of_its_own(refusals: list[type[Refused]]) -> None:
    """Only the special case of a refusal goes by the name that callers know."""
    named: defaultdict[str, list[type[Refused]]] = defaultdict(list)
    for each in refusals:
        if "code" in vars(each) or Refused in each.__bases__:
            named[each.code].append(each)
    assert {code: found for code, found in named.items() if len(found) > 1} == {}


def test_every_refusal_has_its_test(refusals: list[type[Refused]]) -> None:
    """Some test of its room provokes it: names the class, or the code that it was answered with."""
    named = set().union(*(words_of(path) for path in Path(tests.__path__[0]).rglob("*.py")))
    assert [each for each in refusals if not {each.__name__, each.code} & named] == []


def words_of(path: Path) -> set[str]:
    """The names and texts in a test file; a helper or a house test provokes nothing."""
    if not path.name.startswith("test_") or path.parent.name == "house":
        return set()
    nodes = list(ast.walk(ast.parse(path.read_text())))
    names = {each.id for each in nodes if isinstance(each, ast.Name)}
    names |= {each.attr for each in nodes if isinstance(each, ast.Attribute)}
    texts = {each.value for each in nodes if isinstance(each, ast.Constant)}
    return names | {each for each in texts if isinstance(each, str)}


def test_every_sentence_is_said_in_english() -> None:
    catalogue = Path(eventapp.__path__[0], "translations/en/LC_MESSAGES/messages.po")
    with catalogue.open("rb") as file:
        english = read_po(file, locale="en")
    for code, sentence in SENTENCES.items():
        message = english.get(str(sentence))
        assert message is not None, code
        assert message.string, code
