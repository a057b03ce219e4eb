"""The mail that brings the certificate: made when it leaves, of what was sealed at its issue."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial

from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection

from eventapp import clock
from eventapp.certificates import queries
from eventapp.certificates.issuing import KIND
from eventapp.certificates.rules import Paper, shown_code
from eventapp.certificates.sheet import file_name, sample_paper, verify_url, write_certificate
from eventapp.events.definition import EventDefinition
from eventapp.languages import in_language
from eventapp.mail import kinds
from eventapp.mail.kinds import AttachedPdf, Draft
from eventapp.registration.holder import Holder
from eventapp.registration.holder_mails import HolderMails
from eventapp.registration.queries import get_holder
from eventapp.registration.wording_mails import sample_holder, without_keys
from eventapp.wording.offers import offer
from eventapp.wording.rules import FREE, ON_PAPER


class CertificateMails(HolderMails):
    """Composes the kind for one installation."""

    def register(self) -> None:
        """Make the kind known."""
        kinds.register(KIND, self._compose)
        offer(KIND, _l("Teilnahmebescheinigung"), (*FREE, *ON_PAPER), self._sample)

    def _compose(self, connection: Connection, ids: Mapping[str, int]) -> Draft | None:
        """Dropped where it was replaced or withdrawn meanwhile."""
        issued = queries.get_issued(connection, ids["certificate_id"])
        if not issued.is_valid:
            return None
        holder = get_holder(connection, issued.registration_id)
        return self._draft(holder, issued.paper, issued.issued_at, issued.version)

    def _sample(self, event: EventDefinition, language: str) -> Draft:
        holder = sample_holder(event, language)
        return without_keys(self._draft(holder, sample_paper(event), clock.now()))

    def _draft(self, holder: Holder, paper: Paper, issued_at: datetime, version: int = 1) -> Draft:
        with in_language(holder.language):
            make = partial(write_certificate, holder, paper, issued_at, self.public_url)
            attached = AttachedPdf(file_name(holder.event), make)
        draft = self.to_holder(
            holder,
            verify_url=verify_url(self.public_url, paper.code),
            code=shown_code(paper.code),
            is_new_version=version > 1,
        )
        return replace(draft, pdf=attached)
