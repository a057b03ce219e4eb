"""Who may do what where: roles as sets of permissions, valid down the tree of networks."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from eventapp.networks.models import Role, Scope


class Permission(StrEnum):
    EVENTS_READ = "events.read"
    EVENTS_EDIT = "events.edit"
    REGISTRATIONS_READ = "registrations.read"
    REGISTRATIONS_EDIT = "registrations.edit"
    MESSAGES_SEND = "messages.send"
    INVITATIONS_SEND = "invitations.send"
    NEEDS_READ = "needs.read"  # assistance, diet, sensitive answers (Art. 9 GDPR): one role only
    CHECKIN_SCAN = "checkin.scan"
    ORGANISATIONS_READ = "organisations.read"
    ORGANISATIONS_EDIT = "organisations.edit"
    ROLES_GRANT = "roles.grant"
    NETWORKS_EDIT = "networks.edit"
    AUDIT_READ = "audit.read"


_READS = {Permission.EVENTS_READ, Permission.REGISTRATIONS_READ}
_ORGANISES = _READS | {
    Permission.EVENTS_EDIT,
    Permission.REGISTRATIONS_EDIT,
    Permission.MESSAGES_SEND,
    Permission.INVITATIONS_SEND,
    Permission.CHECKIN_SCAN,
    Permission.ORGANISATIONS_READ,
    Permission.ORGANISATIONS_EDIT,
}

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.OWNER: frozenset(
        _ORGANISES | {Permission.ROLES_GRANT, Permission.NETWORKS_EDIT, Permission.AUDIT_READ}
    ),
    Role.ORGANISER: frozenset(_ORGANISES),
    Role.ASSISTANCE: frozenset(_READS | {Permission.NEEDS_READ}),
    Role.DOOR: frozenset({Permission.EVENTS_READ, Permission.CHECKIN_SCAN}),
    Role.VIEWER: frozenset(_READS | {Permission.ORGANISATIONS_READ}),
    Role.AUDITOR: frozenset({Permission.EVENTS_READ, Permission.AUDIT_READ}),
}


# What is known of people belongs to whoever answers for it (Art. 4 No. 7 GDPR); planning, dates,
# figures and the door go down the tree. Whoever gives roles could give themselves those, whoever
# edits the network could take the controller away; the log tells of people what was changed.
OF_PEOPLE = frozenset(
    {
        Permission.REGISTRATIONS_READ,
        Permission.REGISTRATIONS_EDIT,
        Permission.MESSAGES_SEND,
        Permission.INVITATIONS_SEND,  # with the contacts of organisations, and their delegates
        Permission.NEEDS_READ,
        Permission.ORGANISATIONS_READ,  # with their contacts
        Permission.ORGANISATIONS_EDIT,
        Permission.ROLES_GRANT,
        Permission.AUDIT_READ,
        Permission.NETWORKS_EDIT,
    }
)


@dataclass(frozen=True)
class Granted:
    """A role that an account has, and where."""

    role: Role
    scope: Scope
    scope_id: int

    def reaches(self, event_id: int, network_ids: Collection[int]) -> bool:
        """Whether it holds at an event; `network_ids` are those whose roles count there."""
        if self.scope is Scope.EVENT:
            return self.scope_id == event_id
        return self.scope is Scope.INSTALLATION or self.scope_id in network_ids


def is_operator(grants: Iterable[Granted]) -> bool:
    """Whether they make one the owner of the whole installation."""
    return any(each.scope is Scope.INSTALLATION and each.role is Role.OWNER for each in grants)


def counting(
    permission: Permission,
    network_ids: Sequence[int],
    controller_id: int | None,
    reader_ids: Sequence[int] = (),
) -> Sequence[int]:
    """The networks whose roles count: all, but of people none above the nearest controller.

    `network_ids` are the event's network and all above it, nearest first; `controller_id` is the
    first of them with a controller of its own, None where none has one; `reader_ids` are those
    above it that it lets read its people, and nothing more.
    """
    if permission not in OF_PEOPLE or controller_id is None:
        return network_ids
    own = network_ids[: network_ids.index(controller_id) + 1]
    return [*own, *reader_ids] if permission is Permission.REGISTRATIONS_READ else own


def allows(
    grants: Iterable[Granted],
    permission: Permission,
    *,
    event_id: int,
    network_ids: Sequence[int],
    controller_id: int | None = None,
    reader_ids: Sequence[int] = (),
) -> bool:
    """Whether any of the grants gives the permission at this event; see `counting`."""
    counted = counting(permission, network_ids, controller_id, reader_ids)
    return any(
        permission in PERMISSIONS[granted.role] and granted.reaches(event_id, counted)
        for granted in grants
    )
