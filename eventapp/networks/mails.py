"""The mail that tells of a role; with a link to a first password where there is none yet."""

from collections.abc import Mapping

from sqlalchemy import Connection, select

from eventapp import clock
from eventapp.accounts.queries import find_open_link, get_account
from eventapp.mail import kinds
from eventapp.mail.kinds import Draft
from eventapp.networks.models import Grant, Scope
from eventapp.networks.queries import get_tree


class InvitationMails:
    """Composes the kind for one installation: its public address and its own sender."""

    def __init__(self, public_url: str, mail_from: tuple[str, str]) -> None:
        self._public_url = public_url
        self._mail_from = mail_from

    def register(self) -> None:
        """Make the kind known."""
        kinds.register("account-invitation", self._invitation)

    def _invitation(self, connection: Connection, ids: Mapping[str, int]) -> Draft | None:
        """Dropped where the role was taken back, or the link has gone before they had one."""
        account = get_account(connection, ids["account_id"])
        role = connection.execute(
            select(Grant.scope, Grant.scope_id).where(
                Grant.id == ids["grant_id"], Grant.account_id == ids["account_id"]
            )
        ).one_or_none()
        if account is None or role is None:
            return None
        if account.password_hash is None:
            token = find_open_link(connection, ids["account_id"], clock.now())
            link = f"{self._public_url}/password/{token}" if token else None
        else:
            link = f"{self._public_url}/login"
        if link is None:
            return None
        tree = get_tree(connection)
        network = tree.get(role.scope_id) if role.scope == Scope.NETWORK else None
        sender = network.sender if network else None
        name, email = (sender.name, sender.email) if sender else self._mail_from
        return Draft(
            recipient=account.email,
            language="de",
            sender_name=name,
            sender_email=email,
            reply_to=None,
            context={
                "network": network,
                "has_password": account.password_hash is not None,
                "public_url": self._public_url,
                "link_url": link,
            },
        )
