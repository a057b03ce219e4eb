"""Mails about an account: the link to a new password, dropped where the link has gone; and that
somebody else has reset the second factor."""

from collections.abc import Mapping

from sqlalchemy import Connection

from eventapp import clock
from eventapp.accounts.queries import find_open_link, get_account
from eventapp.mail import kinds
from eventapp.mail.kinds import Draft


class AccountMails:
    """Composes the kinds for one installation: its public address and its own sender."""

    def __init__(self, public_url: str, mail_from: tuple[str, str]) -> None:
        self._public_url = public_url
        self._mail_from = mail_from

    def register(self) -> None:
        """Make the kinds known."""
        kinds.register("account-password", self._password)
        kinds.register("account-factor-reset", self._factor_reset)

    def _password(self, connection: Connection, ids: Mapping[str, int]) -> Draft | None:
        account = get_account(connection, ids["account_id"])
        token = find_open_link(connection, ids["account_id"], clock.now())
        if account is None or token is None:
            return None
        return self._draft(account.email, f"{self._public_url}/password/{token}")

    def _factor_reset(self, connection: Connection, ids: Mapping[str, int]) -> Draft | None:
        account = get_account(connection, ids["account_id"])
        return self._draft(account.email, f"{self._public_url}/login") if account else None

    def _draft(self, recipient: str, link_url: str) -> Draft:
        name, email = self._mail_from
        return Draft(
            recipient=recipient,
            language="de",
            sender_name=name,
            sender_email=email,
            reply_to=None,
            context={"network": None, "public_url": self._public_url, "link_url": link_url},
        )
