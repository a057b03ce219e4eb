"""gzip of a feed that compresses only what is new: an edit costs one group, not the whole feed."""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from zlib import DEFLATED, MAX_WBITS, Z_FULL_FLUSH, compressobj, crc32

_HEAD = b"\x1f\x8b\x08\0\0\0\0\0\0\xff"  # RFC 1952: deflate, no time, no name, unknown system
_LAST_BLOCK = b"\x03\0"  # RFC 1951: an empty final block
_GROUP = 32  # pieces in a group, on average


def packed(plain: bytes, pieces: Sequence[bytes]) -> bytes:
    """`plain`, which is `pieces` joined, as one gzip member; always the same bytes."""
    size = len(plain) & 0xFFFFFFFF
    foot = crc32(plain).to_bytes(4, "little") + size.to_bytes(4, "little")
    return b"".join((_HEAD, *map(_deflated, _groups(pieces)), _LAST_BLOCK, foot))


def _groups(pieces: Iterable[bytes]) -> Iterator[tuple[bytes, ...]]:
    """Cut where the content says so: an event more or less shifts no other group."""
    group: list[bytes] = []
    for piece in pieces:
        group.append(piece)
        if crc32(piece) % _GROUP == 0:
            yield tuple(group)
            group = []
    yield tuple(group)


@lru_cache(maxsize=4096)
def _deflated(pieces: tuple[bytes, ...]) -> bytes:
    """Whole deflate blocks that refer to nothing before them, so that they can stand anywhere."""
    compressor = compressobj(6, DEFLATED, -MAX_WBITS)
    return compressor.compress(b"".join(pieces)) + compressor.flush(Z_FULL_FLUSH)
