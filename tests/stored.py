"""What stands in the database now."""

from eventapp.db import reading
from eventapp.events.definition import EventDefinition
from eventapp.events.loading import get_definition
from eventapp.sitecache import site_revision


def stored(slug: str = "treffen") -> EventDefinition:
    with reading() as connection:
        return get_definition(connection, slug)


def revision() -> int:
    with reading() as connection:
        return site_revision(connection)
