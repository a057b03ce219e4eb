"""What kinds of files a worker makes of people. The list is one; further rooms register theirs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from eventapp.events.definition import EventDefinition
from eventapp.networks.rules import Permission
from eventapp.participants.selection import Wanted

Progress = Callable[[int, int], None]  # people done, of so many


def _nothing(_session: Session, _job: Any, _content: Any) -> None:
    """Most files leave no trace but themselves."""


@dataclass(frozen=True)
class Kind:
    """How a kind of file is made, and what its pages are called.

    `read` is given a connection, `write` none: a file takes seconds, nothing for a transaction.
    """

    permission: Permission  # that whoever asked still has to have, also to fetch it
    title: Callable[[], str]  # of the page where it is asked for
    address: Callable[[EventDefinition, dict[str, Any]], str]  # of that page, narrowed like this
    file_name: Callable[[EventDefinition], str]  # without its ending
    read: Callable[[Connection, EventDefinition, frozenset[Permission], Wanted, Any], Any]
    write: Callable[[Any, Any, Progress], bytes]  # what was read, the job
    kept: Callable[[Session, Any, Any], None] = _nothing  # with the row that says it is done


LIST = "list"

_kinds: dict[str, Kind] = {}


def register(name: str, kind: Kind) -> None:
    _kinds[name] = kind


def kind_of(job: Any) -> Kind:
    return _kinds[job.kind]
