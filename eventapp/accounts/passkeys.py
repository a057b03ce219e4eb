"""Passkeys (WebAuthn, level 3): what the browser is asked, and whether its answer is genuine.

The site of a key is the host of BASE_URL; browsers accept it under HTTPS or on localhost and never
for a bare IP address. A challenge is no state of its own: it is made of the token of the form that
shows it and of the session, or of the log-in under way, so it holds for that page and browser only.
"""

import ipaddress
import json
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

import webauthn
from webauthn.helpers import options_to_json_dict
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from eventapp.tokens import hashed, keyring

_MOST = 20_000  # characters; an answer has about one thousand
# What the library lets through of malformed JSON, CBOR and keys, beside its own.
_NOT_GENUINE = (WebAuthnException, LookupError, ValueError, TypeError, RecursionError)


@dataclass(frozen=True)
class NewKey:
    """What is kept of a key pair."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


@dataclass(frozen=True)
class Site:
    """Where keys hold: made once from BASE_URL."""

    origin: str
    host: str

    @classmethod
    def of(cls, public_url: str) -> "Site":
        return cls(public_url, urlsplit(public_url).hostname or "")

    @property
    def takes_passkeys(self) -> bool:
        """Whether browsers would make one here."""
        if self.host == "localhost":
            return True
        return self.origin.startswith("https://") and not _is_ip(self.host)

    def ask_for_new(
        self, account_id: int, email: str, known: Iterable[bytes], challenge: bytes
    ) -> str:
        """The browser's options for making a key, as JSON; `known` are not made twice."""
        options = webauthn.generate_registration_options(
            rp_id=self.host,
            rp_name=self.host,
            user_id=keyring().sign("passkey-user", str(account_id)).encode(),
            user_name=email,
            challenge=challenge,
            exclude_credentials=_described(known),
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.PREFERRED,
                user_verification=UserVerificationRequirement.PREFERRED,
            ),
        )
        return json.dumps(options_to_json_dict(options))

    def read_new(self, answer: str, challenge: bytes) -> NewKey | None:
        """The key that the browser made; None for an answer that is not genuine."""
        try:
            made = webauthn.verify_registration_response(
                credential=answer[:_MOST],
                expected_challenge=challenge,
                expected_rp_id=self.host,
                expected_origin=self.origin,
            )
        except _NOT_GENUINE:
            return None
        return NewKey(made.credential_id, made.credential_public_key, made.sign_count)

    def ask_for_known(self, known: Iterable[bytes], challenge: bytes) -> str:
        """The browser's options for using one of these keys, as JSON."""
        options = webauthn.generate_authentication_options(
            rp_id=self.host, challenge=challenge, allow_credentials=_described(known)
        )
        return json.dumps(options_to_json_dict(options))

    def sign_count(
        self, answer: str, challenge: bytes, public_key: bytes, last_count: int
    ) -> int | None:
        """How often the key says it has signed; None for an answer that is not genuine, or of a
        key that counts backwards and so is a copy."""
        try:
            used = webauthn.verify_authentication_response(
                credential=answer[:_MOST],
                expected_challenge=challenge,
                expected_rp_id=self.host,
                expected_origin=self.origin,
                credential_public_key=public_key,
                credential_current_sign_count=last_count,
            )
        except _NOT_GENUINE:
            return None
        return used.new_sign_count


def challenge_of(form_token: str, holder_token: str) -> bytes:
    """32 bytes that this form in this browser must have signed."""
    return hashed(f"passkey\0{form_token}\0{holder_token}")


def credential_id(answer: str) -> bytes | None:
    """Which key answered, not yet whether it is genuine."""
    try:
        return webauthn.helpers.parse_authentication_credential_json(answer[:_MOST]).raw_id
    except _NOT_GENUINE:
        return None


def _described(known: Iterable[bytes]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=each) for each in known]


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
