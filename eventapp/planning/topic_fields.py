"""The topics of an event by name, as a part of its form: those there are, and one more."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.validators import Optional

from eventapp.events.definition import EventDefinition, Named
from eventapp.names import key, sort_key
from eventapp.registration.fields import NAME, text_field


class TopicFields:
    """Fields that `EventForm` takes in."""

    topics = SelectMultipleField(
        _l("Themen"),
        [Optional()],
        description=_l("So findet man die Veranstaltung in der Suche und im Kalender des Themas."),
    )
    new_topic = text_field(
        _l("Neues Thema"), NAME, description=_l("Nur, wenn es oben noch nicht steht.")
    )

    def offer_topics(self, known: Sequence[Named], event: EventDefinition | None) -> None:
        """Each name once; of two alike the event's own one counts."""
        self._known = {key(each.name): each for each in (*known, *(event.topics if event else ()))}
        names = sorted((each.name for each in self._known.values()), key=sort_key)
        self.topics.choices = [SelectChoice(name, name) for name in names]

    def topic_names(self) -> list[str]:
        """Those chosen and the new one, in order; one that is there is not new."""
        names = [*(self.topics.data or []), *([self.new_topic.data] if self.new_topic.data else [])]
        found = {key(name): name for name in names}
        found |= {each: self._known[each].name for each in found if each in self._known}
        return sorted(found.values(), key=sort_key)

    def topic_slugs(self) -> frozenset[str]:
        """As far as they are there already."""
        keys = map(key, self.topic_names())
        return frozenset(self._known[each].slug for each in keys if each in self._known)
