"""A file on its way into the register: kept between the pages, planned, taken over at once."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.errors import NotFound, Refused
from eventapp.names import sort_key
from eventapp.networks.models import Contact, Membership, Organisation
from eventapp.organisations import queries
from eventapp.organisations.columns import guess_columns, heading_line
from eventapp.organisations.entries import Entry, read_entry
from eventapp.organisations.models import OrganisationUpload
from eventapp.organisations.plan import Planned, Taken, digest, make_plan, take, undecided
from eventapp.organisations.rules import UPLOAD_KEPT, Reach, Registered, new_slug
from eventapp.sitecache import bump
from eventapp.table_files import Lines
from eventapp.tokens import keyring

_U = table_of(OrganisationUpload).c


class PlanChanged(Refused):
    """The register, or what was to be decided, is not what was looked at."""

    code = "plan-changed"


@dataclass(frozen=True)
class Upload:
    """A file as it was sent: headings and lines; `outcome` once it is taken over."""

    id: int
    network_id: int
    file_name: str
    columns: list[str]
    outcome: Mapping[str, Any] | None
    lines: Lines  # the first are the headings; none once it is taken over
    first_line: int  # the number of the headings' line

    @property
    def headings(self) -> list[str]:
        return self.lines[0] if self.lines else []

    def entries(self) -> list[Entry]:
        below = enumerate(self.lines[1:], self.first_line + 1)
        return [read_entry(number, cells, self.columns) for number, cells in below if any(cells)]


def keep(
    session: Session,
    account_id: int,
    network_id: int,
    file_name: str,
    lines: Lines,
    *,
    now: datetime,
) -> int:
    """Put the file aside for this account, in place of one before; its id."""
    session.execute(delete(OrganisationUpload).where(_U.account_id == account_id))
    start = heading_line(lines)
    values = {
        "account_id": account_id,
        "network_id": network_id,
        "file_name": file_name,
        "rows_sealed": keyring().seal([start + 1, lines[start:]]),
        "columns": guess_columns(lines[start]),
        "created_at": now,
    }
    return session.execute(
        insert(OrganisationUpload).values(values).returning(OrganisationUpload.id)
    ).scalar_one()


def get_upload(
    connection: Connection, reach: Reach, upload_id: int, account_id: int, now: datetime
) -> Upload:
    """Raises `NotFound` for what is another's, too old, or for a network one may not edit."""
    row = connection.execute(
        select(table_of(OrganisationUpload)).where(
            _U.id == upload_id, _U.account_id == account_id, _U.created_at > now - UPLOAD_KEPT
        )
    ).first()
    if row is None or row.network_id not in reach.editable:
        raise NotFound
    first, lines = keyring().open(row.rows_sealed) if row.rows_sealed else (0, [])
    return Upload(row.id, row.network_id, row.file_name, row.columns, row.outcome, lines, first)


@dataclass(frozen=True)
class Listed:
    """The organisations of a list that was taken over."""

    file_name: str
    ids: frozenset[int]


def find_listed(connection: Connection, account_id: int, now: datetime) -> Listed | None:
    """Those of the account's last list, for a day."""
    row = connection.execute(
        select(_U.file_name, _U.outcome)
        .where(_U.account_id == account_id, _U.created_at > now - UPLOAD_KEPT)
        .order_by(_U.id.desc())
        .limit(1)
    ).first()
    if row is None or not (row.outcome or {}).get("ids"):
        return None
    return Listed(row.file_name, frozenset(row.outcome["ids"]))


def set_columns(session: Session, upload_id: int, columns: Sequence[str]) -> None:
    session.execute(update(OrganisationUpload).where(_U.id == upload_id).values(columns=[*columns]))


def discard(session: Session, upload_id: int) -> None:
    session.execute(delete(OrganisationUpload).where(_U.id == upload_id))


def forget_old(session: Session, *, now: datetime) -> None:
    """Delete files that nobody took over in time, and the outcome of those that were."""
    session.execute(delete(OrganisationUpload).where(_U.created_at < now - UPLOAD_KEPT))


def plan_of(connection: Connection, reach: Reach, upload: Upload) -> list[Planned]:
    """Compared with all that the account may change: it may be a member of another network."""
    register = queries.list_editable(connection, reach)
    return make_plan(upload.entries(), register, upload.network_id)


def apply(
    session: Session,
    reach: Reach,
    upload: Upload,
    *,
    seen: str,
    decisions: Mapping[int, str],
    now: datetime,
) -> Taken:
    """Take the file over as decided; the number of statements does not depend on its length.

    Raises `PlanChanged` where the plan is not that with digest `seen`, or something is undecided.
    """
    bump(session, now)  # holds the row that every maker changes: two imports follow each other
    register = queries.list_editable(session.connection(), reach)
    plan = make_plan(upload.entries(), register, upload.network_id)
    if digest(plan) != seen or undecided(plan, decisions):
        raise PlanChanged
    taken = take(plan, decisions, register, upload.network_id)
    made = _write_new(session, taken.new)
    _write_changed(session, taken.changed, {each.id: each for each in register})
    outcome = {
        "new": len(taken.new),
        "changed": len(taken.changed),
        "same": taken.same,
        "skipped": taken.skipped,
        "ids": sorted({*made, *taken.known}),
    }
    done = update(OrganisationUpload).where(_U.id == upload.id)
    session.execute(done.values(rows_sealed=None, outcome=outcome))
    return taken


def _write_new(session: Session, new: Sequence[Registered]) -> list[int]:
    """Their ids."""
    if not new:
        return []
    taken = set(session.scalars(select(Organisation.slug)))
    rows = []
    for each in new:
        slug = new_slug(each.name, taken)
        taken.add(slug)
        rows.append({**each.values, "slug": slug, "sort_key": sort_key(each.name)})
    made = insert(table_of(Organisation)).returning(Organisation.slug, Organisation.id)
    ids = {row.slug: row.id for row in session.execute(made, rows)}
    numbered = [(ids[row["slug"]], each) for row, each in zip(rows, new, strict=True)]
    _insert(session, Membership, [_member(id_, n) for id_, o in numbered for n in o.network_ids])
    _insert(session, Contact, [c for id_, o in numbered for c in _contacts(id_, o)])
    return [*ids.values()]


def _write_changed(
    session: Session, changed: Sequence[Registered], before: Mapping[int, Registered]
) -> None:
    if not changed:
        return
    values = [{**each.values, "id": each.id} for each in changed]
    session.execute(update(Organisation), values)
    contacts = [c for each in changed for c in _contacts(each.id, each)]
    if known := [each for each in contacts if each["id"]]:
        session.execute(update(Contact), known)
    _insert(session, Contact, [each for each in contacts if not each["id"]])
    joined = [(o.id, n) for o in changed for n in o.network_ids - before[o.id].network_ids]
    _insert(session, Membership, [_member(*each) for each in joined])


def _contacts(organisation_id: int, organisation: Registered) -> list[dict[str, Any]]:
    return [
        {**asdict(each), "organisation_id": organisation_id, "position": position}
        for position, each in enumerate(organisation.contacts)
    ]


def _member(organisation_id: int, network_id: int) -> dict[str, Any]:
    return {"organisation_id": organisation_id, "network_id": network_id}


def _insert(session: Session, model: type[Any], rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        is_new = [{name: value for name, value in row.items() if name != "id"} for row in rows]
        session.execute(insert(table_of(model)), is_new)
