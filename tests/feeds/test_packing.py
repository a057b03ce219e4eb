"""gzip by groups: every reader unpacks it to the same bytes."""

import gzip

from hypothesis import given
from hypothesis import strategies as st

from eventapp.feeds.packing import packed


@given(st.lists(st.binary(max_size=200), max_size=80))
def test_unpacks_to_the_pieces(pieces: list[bytes]) -> None:
    plain = b"".join(pieces)
    assert gzip.decompress(packed(plain, pieces)) == plain
    assert packed(plain, pieces) == packed(plain, pieces)
