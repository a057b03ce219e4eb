"""Which scans are taken: what `materials` takes of PDF and pictures, and no PDF that does something
by itself, carries further files or asks for a password (ISO 32000-1: 12.6, 7.11.4, 7.6)."""

import re
import zlib

from eventapp.errors import Refused
from eventapp.materials import files

SUFFIXES = ".pdf,.png,.jpg,.jpeg"
_PDF = "application/pdf"
_TYPES = (_PDF, "image/png", "image/jpeg")

_STREAM = re.compile(rb"(?s)stream\r?\n(.*?)endstream")
_PACKED = re.compile(rb"(?s)/ObjStm\b[^>]*?.*?stream\r?\n(.*?)endstream")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")  # of a sign in a name
_REFUSED = re.compile(
    rb"/(JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA|SubmitForm|ImportData|Encrypt)\b"
)
_MOST_UNPACKED = 20_000_000  # bytes of one stream of objects


class SheetNotTaken(Refused):
    code = "sheet-not-taken"
    field = "file"


def read(name: str, data: bytes) -> files.Upload:
    """The scan as it is kept. Raises what `materials.files.read` raises, and `SheetNotTaken`."""
    found = files.read(name, data)
    if found.media_type not in _TYPES:
        raise SheetNotTaken
    if found.media_type == _PDF and _is_refused(found.data):
        raise SheetNotTaken
    return found


def _is_refused(data: bytes) -> bool:
    """Pictures within may hold any bytes: of streams only those with objects are looked into."""
    plain = _STREAM.sub(b"", data)
    return any(_says_more(each) for each in (plain, *map(_unpacked, _PACKED.findall(data))))


def _says_more(objects: bytes) -> bool:
    spelled = _ESCAPED.sub(lambda sign: bytes([int(sign[1], 16)]), objects)
    return _REFUSED.search(spelled) is not None


def _unpacked(stream: bytes) -> bytes:
    """Raises `SheetNotTaken` for what cannot be looked into."""
    reader = zlib.decompressobj()
    try:
        found = reader.decompress(stream, _MOST_UNPACKED)
    except zlib.error:
        raise SheetNotTaken from None
    if reader.unconsumed_tail:
        raise SheetNotTaken
    return found
