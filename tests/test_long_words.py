"""Where long words break, and how large a title with them is set."""

import pytest

from eventapp.long_words import SHY, breakable, title_size


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Landesnetzwerkkonferenz", "Landes|netzwerk|konferenz"),
        ("Mitgliederversammlung 2027", "Mitglieder|versammlung 2027"),
        ("Freiwilligenmanagement", "Freiwilligen|management"),
        ("Bürgerschaftliches Engagement", "Bürger|schaftliches Engagement"),
        ("Bundesnetzwerk", "Bundesnetzwerk"),
        ("Tagung", "Tagung"),
        ("STAMMTISCHVERANSTALTUNG", "STAMMTISCH|VERANSTALTUNG"),
        ("Netzwerktreffen", "Netzwerk|treffen"),
        ("", ""),
    ],
)
def test_words_break_between_their_parts(text: str, parts: str) -> None:
    assert breakable(text) == parts.replace("|", SHY)
    assert breakable(text).replace(SHY, "") == text


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("", ""),
        ("Landesnetzwerkkonferenz", ""),
        ("Bürgerschaftliches Wirken", ""),
        ("Verkehrsinfrastrukturen", "h1--long"),
        ("Rindfleischetikettierungsüberwachung", "h1--longest"),
        ("Kurz – aber mit vielen kleinen Wörtern", ""),
    ],
)
def test_a_title_is_set_as_large_as_its_longest_piece_fits(text: str, size: str) -> None:
    assert title_size(text) == size
