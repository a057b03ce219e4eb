"""What the forms of planning say of an event, beyond what its rows hold."""

from collections.abc import Sequence

from eventapp.events.values import EventValues


class PlannedValues(EventValues, total=False):
    """Topics by name, new ones too; `with_topic_ids` makes them those of the event."""

    topic_names: Sequence[str]


Planned = EventValues | PlannedValues
