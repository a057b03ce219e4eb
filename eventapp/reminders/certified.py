"""The certificate in the mails after an event: a link to it, once it is there."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, func, select

from eventapp.base import table_of
from eventapp.certificates.models import Certificate, CertificateState
from eventapp.certificates.queries import find_certificate
from eventapp.languages import gettext as _
from eventapp.registration.holder import Holder
from eventapp.reminders.afterwards import CERTIFICATE, Gift, give

_C = table_of(Certificate).c


def _list_for(
    connection: Connection, holder: Holder, is_there: bool | None, _now: datetime
) -> Sequence[Gift]:
    """Whoever was not there has none that holds; who is made up has none at all."""
    if is_there is False or not holder.event.gives_certificates:
        return []
    if find_certificate(connection, holder.id) is None:
        return []
    return [Gift(_("Teilnahmebescheinigung"), "/certificate.pdf", "PDF")]


def _count_of(
    connection: Connection, event_ids: Collection[int], _now: datetime
) -> Mapping[int, int]:
    """By event, how many hold one."""
    rows = connection.execute(
        select(_C.event_id, func.count())
        .where(_C.event_id.in_(event_ids), _C.state == CertificateState.VALID)
        .group_by(_C.event_id)
    )
    return {row[0]: row[1] for row in rows}


give(CERTIFICATE, _list_for, _count_of)
