"""What sources of the ledger are called on pages and in files."""

from eventapp.attendance.ledger_rules import Fact, Source
from eventapp.attendance.report_reading import Platform
from eventapp.languages import gettext as _


def source_words() -> dict[Source, str]:
    """By source, short: they stand in a cell."""
    return {
        Source.SCAN: _("Einlass"),
        Source.WORKSHOP: _("Programmpunkt"),
        Source.ONLINE_DOOR: _("Online-Raum"),
        Source.REPORT: _("Bericht"),
        Source.HAND: _("von Hand"),
    }


def place_words(fact: Fact) -> str:
    """What one source says, in a sentence without who and when."""
    if fact.source is Source.HAND:
        return _("War da") if fact.was_there else _("War nicht da")
    if fact.source is Source.ONLINE_DOOR:
        return _("Online in den Raum gegangen")
    if fact.source is Source.REPORT:
        return _("Im Bericht von %(platform)s", platform=platform_words()[Platform(fact.place)])
    if fact.is_out:
        return _("Hinaus: %(door)s", door=fact.place)
    return _("Herein: %(door)s", door=fact.place)


def platform_words() -> dict[Platform, str]:
    return {
        Platform.ZOOM: "Zoom",
        Platform.TEAMS: "Teams",
        Platform.WEBEX: "Webex",
        Platform.BIGBLUEBUTTON: "BigBlueButton",
        Platform.OTHER: _("einer anderen Plattform"),
    }
