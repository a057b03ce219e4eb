"""The mail that brings the certificate: made when it leaves, of what was sealed at its issue."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection

from eventapp import clock
from eventapp.certificates import queries
from eventapp.certificates.issuing import KIND
from eventapp.certificates.rules import Paper, shown_code
from eventapp.certificates.sheet import file_name, prepare, sample_paper, verify_url
from eventapp.events.definition import EventDefinition
from eventapp.languages import in_language
from eventapp.mail import kinds
from eventapp.mail.kinds import AttachedPdf, Draft
from eventapp.registration.holder import Holder
from eventapp.registration.holder_mails import HolderMails
from eventapp.registration.queries import list_holders
from eventapp.registration.wording_mails import sample_holder, without_keys
from eventapp.wording.offers import offer
from eventapp.wording.rules import FREE, ON_PAPER


class CertificateMails(HolderMails):
    """Composes the kind for one installation."""

    def register(self) -> None:
        """Make the kind known."""
        kinds.register_many(KIND, self._compose_many)
        offer(KIND, _l("Teilnahmebescheinigung"), (*FREE, *ON_PAPER), self._sample)

    def _compose_many(
        self, connection: Connection, many: Sequence[Mapping[str, int]]
    ) -> list[Draft | None]:
        """Dropped where it was replaced or withdrawn meanwhile, or where the person is gone."""
        issued = queries.list_issued(connection, [ids["certificate_id"] for ids in many])
        valid = {each.id: each for each in issued if each.is_valid}
        holders = list_holders(connection, [each.registration_id for each in valid.values()])

        def draft(ids: Mapping[str, int]) -> Draft | None:
            found = valid.get(ids["certificate_id"])
            holder = holders.get(found.registration_id) if found else None
            if found is None or holder is None:
                return None
            return self._draft(holder, found.paper, found.issued_at, found.version)

        return [*map(draft, many)]

    def _sample(self, event: EventDefinition, language: str) -> Draft:
        holder = sample_holder(event, language)
        return without_keys(self._draft(holder, sample_paper(event), clock.now()))

    def _draft(self, holder: Holder, paper: Paper, issued_at: datetime, version: int = 1) -> Draft:
        make = prepare(holder, paper, issued_at, self.public_url)
        with in_language(holder.language):
            attached = AttachedPdf(file_name(holder.event), make)
        draft = self.to_holder(
            holder,
            verify_url=verify_url(self.public_url, paper.code),
            code=shown_code(paper.code),
            is_new_version=version > 1,
        )
        return replace(draft, pdf=attached)
