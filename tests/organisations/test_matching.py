"""When two names mean one organisation."""

import string
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventapp.organisations.matching import (
    NameIndex,
    address_key,
    agree_on_place,
    is_alike,
    name_key,
    supports,
)


@dataclass
class Entry:
    name: str = "Verein"
    street: str | None = None
    postal_code: str | None = None
    city: str | None = None
    country: str | None = None
    website: str | None = None
    emails: tuple[str, ...] = ()


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Bürgerstiftung Dresden", "BUERGERSTIFTUNG  Dresden"),
        ("Freiwillige Görlitz e. V.", "Freiwillige Görlitz e.V."),
        ("Freiwillige Görlitz eV", "Freiwillige Görlitz"),
        ("Lebenshilfe gGmbH", "Lebenshilfe GmbH"),
        ("Kunst & Kultur", "Kunst und Kultur"),
        ("St. Martin", "Sankt Martin"),
        ("Stiftung „Nord-Ost“", "Stiftung Nord Ost"),
        ("Straße der Musik e.V. i. G.", "Strasse der Musik"),
    ],
)
def test_the_same_name_written_otherwise(a: str, b: str) -> None:
    assert name_key(a) == name_key(b)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Bürgerstiftung Dresden", "Bürgerstiftung Dresdn"),
        ("Bürgerstiftung Dresden", "Bürgerstiftnug Dresden"),
        ("Seniorenbüro Weimar", "Weimar Seniorenbüro"),
        ("Freiwilligenagentur Erfurt", "Freiwilligenagentur Erfurt Mitte"),
    ],
)
def test_alike(a: str, b: str) -> None:
    assert NameIndex([(a, "a")]).alike(b) == ["a"]
    assert NameIndex([(b, "b")]).alike(a) == ["b"]


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("THW Ortsgruppe 1", "THW Ortsgruppe 2"),
        ("Freiwilligenagentur Erfurt", "Freiwilligenagentur Weimar"),
        ("Arche", "Asche"),
        ("Verein", "Verein Erfurt"),
        ("Caritas Halle", "Diakonie Halle"),
        ("Bürgerstiftung", "Bürgerstiftung"),
    ],
)
def test_not_alike(a: str, b: str) -> None:
    assert NameIndex([(a, "a")]).alike(b) == []


LETTERS = st.text(st.sampled_from(string.ascii_lowercase + "äöüß "), min_size=8, max_size=40)


@given(LETTERS, st.data())
def test_one_wrong_letter_is_always_found(name: str, data: st.DataObject) -> None:
    key = name_key(name)
    at = data.draw(st.integers(0, max(len(key) - 1, 0)))
    wrong = key[:at] + "x" + key[at + 1 :]
    if len(name_key(wrong)) < 6 or len(key) < 6 or name_key(wrong) == key:
        return
    if name_key(key) != key:
        return  # "aee" becomes "ae" and then "a": what is asked for is another name
    found = NameIndex([(wrong, "it")]).alike(key)
    assert found == (["it"] if is_alike(name_key(wrong), key) else [])
    assert is_alike(name_key(wrong), key) or name_key(wrong) != wrong


@given(st.text(max_size=60))
def test_a_key_is_its_own_key_and_never_lost(name: str) -> None:
    assert name_key(name_key(name)) == name_key(name) or len(name_key(name)) < len(name)
    assert bool(name_key(name)) == bool(name.strip()) or not name_key(name).strip()


@given(LETTERS, LETTERS)
def test_likeness_goes_both_ways(a: str, b: str) -> None:
    assert is_alike(name_key(a), name_key(b)) == is_alike(name_key(b), name_key(a))
    assert NameIndex([(a, 1)]).alike(b) == NameIndex([(b, 1)]).alike(a)


def test_what_speaks_for_it_and_against_it() -> None:
    here = Entry(street="Lange Straße 5", postal_code="01067", city="Dresden")
    same = Entry(street="Lange Str. 5", postal_code="01067", city="Dresden, Stadt")
    assert address_key(here) == address_key(same)
    assert supports(here, same)
    assert agree_on_place(here, Entry(city="Dresden")) is True
    assert agree_on_place(here, Entry(city="Halle (Saale)")) is False
    assert agree_on_place(here, Entry()) is None
    assert agree_on_place(here, Entry(city="Dresden", country="Kanada")) is False
    own = Entry(emails=("a@Verein.example",))
    assert supports(own, Entry(website="https://www.verein.example/wir"))
    assert not supports(Entry(emails=("a@gmx.de",)), Entry(emails=("b@gmx.de",)))
