"""Which mails the addresses of an organisation want no more, for its page in the register."""

from collections import defaultdict
from datetime import date

from sqlalchemy import Connection, and_, or_, select

from eventapp.base import table_of
from eventapp.events.models import Event
from eventapp.names import key
from eventapp.networks.models import Network
from eventapp.organisations.rules import Reach, Registered
from eventapp.unsubscribing.models import Unsubscription
from eventapp.unsubscribing.rules import OF_CONTACTS, Topic

_U = table_of(Unsubscription).c
_E, _N = table_of(Event).c, table_of(Network).c

Refused = tuple[Topic, str]  # what, and the event or the network that it is of


def list_refused(
    connection: Connection, organisation: Registered, reach: Reach, *, today: date
) -> dict[str, list[Refused]]:
    """By address as it is written there: what is still to come of events and networks that the
    account reaches. One statement."""
    given = (organisation.contact_email, *(each.email for each in organisation.contacts))
    keys = {email: key(email) for email in given if email}
    within = list(reach.ids)
    rows = connection.execute(
        select(_U.email_key, _U.topic, _E.title, _N.name)
        .outerjoin(table_of(Event), _E.id == _U.event_id)
        .outerjoin(table_of(Network), _N.id == _U.network_id)
        .where(
            _U.email_key.in_(set(keys.values())),
            _U.topic.in_(OF_CONTACTS),
            or_(
                _U.network_id.in_(within),
                and_(_E.network_id.in_(within), _E.last_day >= today),
            ),
        )
        .order_by(_U.topic, _E.first_day, _U.id)
    )
    found: dict[str, list[Refused]] = defaultdict(list)
    for row in rows:
        found[row.email_key].append((Topic(row.topic), row.title or row.name))
    return {email: found[each] for email, each in keys.items() if each in found}
