"""Both databases fold text for searching as `sort_key` does."""

import pytest
from flask import Flask
from sqlalchemy import literal, null, select

from eventapp.db import reading
from eventapp.folding import folded
from eventapp.names import sort_key


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    "text",
    ["StädteNetzWerk", "Größe ẞ", "Şule Łukasz", "Chloé", "A\u0308nne", "ﬁliale", "100 % _\\"],
)
def test_folded_is_the_key_for_sorting(text: str) -> None:
    with reading() as connection:
        assert connection.execute(select(folded(literal(text)))).scalar() == sort_key(text)


def test_nothing_folds_to_nothing(app: Flask) -> None:  # noqa: ARG001  the app is the database
    with reading() as connection:
        assert connection.execute(select(folded(null()))).scalar() is None
