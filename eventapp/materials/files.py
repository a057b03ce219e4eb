"""Which files are taken. By what is in them, since a name says little; nothing that runs anywhere:
no macros, no HTML, no SVG, no archive. Pictures lose what the camera wrote beside them."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import PurePath

from eventapp.errors import Refused
from eventapp.materials.rules import MB, MOST_BYTES
from eventapp.pictures import TooManyPixels, Unreadable, redrawn
from eventapp.zips import UNREADABLE

_MOST_PIXELS = 3000  # of the longer side of a picture
_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"


class MaterialTooLarge(Refused):
    code = "material-too-large"
    field = "file"


class MaterialNotTaken(Refused):
    code = "material-not-taken"
    field = "file"


@dataclass(frozen=True)
class Upload:
    """A file as it is kept."""

    name: str
    media_type: str
    data: bytes

    @property
    def digest(self) -> str:
        return sha256(self.data).hexdigest()[:32]


def read(name: str, data: bytes) -> Upload:
    """The file, if it is what its name says. Raises `MaterialTooLarge`, `MaterialNotTaken`."""
    if len(data) > MOST_BYTES:
        raise MaterialTooLarge(most=MOST_BYTES // MB)
    known = _KINDS.get(PurePath(name).suffix.lower())
    if known is None or not data:
        raise MaterialNotTaken
    media_type, cleaned = known
    return Upload(name, media_type, cleaned(data))


def _pdf(data: bytes) -> bytes:
    if not data.startswith(b"%PDF-"):
        raise MaterialNotTaken
    return data


def _text(data: bytes) -> bytes:
    try:
        data.decode()
    except UnicodeDecodeError:
        raise MaterialNotTaken from None
    if b"\0" in data:
        raise MaterialNotTaken
    return data


def _picture(data: bytes) -> bytes:
    try:
        return redrawn(data, _MOST_PIXELS).data
    except (Unreadable, TooManyPixels):
        raise MaterialNotTaken from None


def _packed(holds: str, says: str = "") -> Callable[[bytes], bytes]:
    """A document that is a ZIP with this member, which begins with these words; without macros."""

    def cleaned(data: bytes) -> bytes:
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as packed:
                names = packed.namelist()
                has_macros = any("vbaproject" in each.lower() for each in names)
                is_it = holds in names and (not says or _begins(packed, holds, says))
        except UNREADABLE:
            raise MaterialNotTaken from None
        if has_macros or not is_it:
            raise MaterialNotTaken
        return data

    return cleaned


def _begins(packed: zipfile.ZipFile, name: str, words: str) -> bool:
    with packed.open(name) as member:
        return member.read(len(words) + 1) == words.encode()


_KINDS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    ".pdf": ("application/pdf", _pdf),
    ".docx": (f"{_OFFICE}.wordprocessingml.document", _packed("word/document.xml")),
    ".pptx": (f"{_OFFICE}.presentationml.presentation", _packed("ppt/presentation.xml")),
    ".xlsx": (f"{_OFFICE}.spreadsheetml.sheet", _packed("xl/workbook.xml")),
    ".odt": (f"{_OPEN}.text", _packed("mimetype", f"{_OPEN}.text")),
    ".odp": (f"{_OPEN}.presentation", _packed("mimetype", f"{_OPEN}.presentation")),
    ".ods": (f"{_OPEN}.spreadsheet", _packed("mimetype", f"{_OPEN}.spreadsheet")),
    ".png": ("image/png", _picture),
    ".jpg": ("image/jpeg", _picture),
    ".jpeg": ("image/jpeg", _picture),
    ".txt": ("text/plain", _text),
    ".csv": ("text/csv", _text),
    ".vtt": ("text/vtt", _text),
}
SUFFIXES = ",".join(_KINDS)
