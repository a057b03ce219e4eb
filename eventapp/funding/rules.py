"""What a pack may hold, what a template says, which scans are taken. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from eventapp.errors import Refused
from eventapp.materials.files import Upload

MOST_FIELDS = 12
MOST_LETTERS = 80  # of a field's name
MOST_VALUE = 500
MOST_SHEETS = 50  # of an event
MOST_BYTES_TOGETHER = 60_000_000  # of an event's scans
MB = 1_000_000


class SheetThere(Refused):
    code = "sheet-there"
    field = "file"


class TooManySheets(Refused):
    code = "too-many-sheets"
    field = "file"


class SheetsTooLarge(Refused):
    code = "sheets-too-large"
    field = "file"


class FunderNameTaken(Refused):
    code = "funder-name-taken"
    field = "name"


class Part(StrEnum):
    """What may stand in a pack beside the cover and the figures; in its order."""

    PROGRAMME = "programme"
    INVITATION = "invitation"
    MATERIALS = "materials"
    EVALUATION = "evaluation"
    SHEETS = "sheets"
    ONLINE = "online"


OF_PEOPLE = (Part.SHEETS, Part.ONLINE)
# What most funders ask, in the words of most of them; `words.field_label` translates these.
FUNDER = "Zuwendungsgeber"
USUAL_FIELDS = (FUNDER, "Zuwendungszweck", "Aktenzeichen", "Bewilligungszeitraum")


@dataclass(frozen=True)
class Template:
    """What one funder wants; without a number the neutral one that everybody has."""

    name: str = ""
    text: str = ""
    statement: str = ""
    parts: tuple[str, ...] = tuple(Part)
    fields: tuple[str, ...] = USUAL_FIELDS
    columns: tuple[str, ...] = ()  # of the sheet to sign, see `paper.columns`; none: the usual ones
    id: int | None = None
    network_id: int | None = None

    def has(self, part: Part) -> bool:
        return part.value in self.parts


NEUTRAL = Template()


@dataclass(frozen=True)
class Choice:
    """What an event says to its funder."""

    template: Template = NEUTRAL
    values: Mapping[str, str] = field(default_factory=dict)  # also of fields of other templates

    @property
    def filled(self) -> list[tuple[str, str]]:
        """The template's fields with what was written; empty: to be written by hand. Who the funder
        is, a template knows by its name."""
        known = {FUNDER: self.template.name}
        fields = self.template.fields
        return [(name, self.values.get(name) or known.get(name, "")) for name in fields]


@dataclass(frozen=True)
class Sheet:
    """A scan without its bytes."""

    id: int
    event_date_id: int | None
    file_name: str
    media_type: str
    size: int
    digest: str


def check_room(present: Sequence[Sheet], new: Upload) -> None:
    """Raises `SheetThere`, `TooManySheets`, `SheetsTooLarge`."""
    if any(each.digest == new.digest for each in present):
        raise SheetThere
    if len(present) >= MOST_SHEETS:
        raise TooManySheets(most=MOST_SHEETS)
    if sum(each.size for each in present) + len(new.data) > MOST_BYTES_TOGETHER:
        raise SheetsTooLarge(most=MOST_BYTES_TOGETHER // MB)
