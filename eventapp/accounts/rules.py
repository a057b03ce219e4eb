"""What a password must be, how long links and sessions hold, and where a login may lead."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta

from eventapp.accounts.guessable import is_guessable
from eventapp.errors import Refused
from eventapp.names import key

PASSWORD_LEAST = 12  # characters; length beats composition (NIST SP 800-63B, 3.1.1.2)
PASSWORD_MOST = 200
LINK_HOLDS = timedelta(hours=72)
LINK_PAUSE = timedelta(minutes=10)  # between two mails with a link
SESSION_HOLDS = timedelta(days=14)
SESSION_RESTS = timedelta(hours=12)  # without a request; a working day at a shared desk
PENDING_HOLDS = timedelta(minutes=10)  # between password and second factor
CONFIRMED_FOR = timedelta(minutes=10)  # before the password is asked for again
MOST_PASSKEYS = 10
SEEN_EVERY = timedelta(minutes=10)  # how exactly the last request is noted

_LOCAL_PATH = re.compile(r"/(?!/)[\w\-.~%?&=+:@,;/]*", re.ASCII)


class PasswordTooShort(Refused):
    code = "password-too-short"
    field = "password"


class PasswordTooLong(Refused):
    code = "password-too-long"
    field = "password"


class PasswordGuessable(Refused):
    """One character over and over, or the address itself."""

    code = "password-guessable"
    field = "password"


class PasswordCommon(Refused):
    """A common word, a name of this place, a row of keys, a repetition, or a few of those."""

    code = "password-common"
    field = "password"


class WrongCredentials(Refused):
    """Says neither whether there is such an account nor whether it has a password."""

    code = "wrong-credentials"
    field = "password"


class WrongPassword(Refused):
    """Of somebody who is logged in already."""

    code = "wrong-password"
    field = "password"


class WrongCode(Refused):
    """Says neither of which factor it would be nor whether it was used before."""

    code = "wrong-code"
    field = "code"


class WrongFirstCode(Refused):
    """The app and the server make different codes of what should be the same secret."""

    code = "wrong-first-code"
    field = "code"


class PasskeyRefused(Refused):
    """The browser's answer is not genuine, too old, or none at all."""

    code = "passkey-refused"
    field = "credential"


class LogInExpired(Refused):
    """The second step came too late, or the log-in is done already."""

    code = "log-in-expired"
    field = "email"


class PasskeyKnown(Refused):
    code = "passkey-known"
    field = "credential"


class TooManyPasskeys(Refused):
    code = "too-many-passkeys"
    field = "credential"


def check_password(password: str, email: str, names: Iterable[str] = ()) -> None:
    """Raises the refusal that fits; a good password passes in silence. `names` are those of this
    place, which are guessed first here: its networks, its host."""
    if len(password) < PASSWORD_LEAST:
        raise PasswordTooShort(least=PASSWORD_LEAST)
    if len(password) > PASSWORD_MOST:
        raise PasswordTooLong(most=PASSWORD_MOST)
    if len(set(password)) < 4 or key(email) in key(password):
        raise PasswordGuessable
    if is_guessable(password, (email, *names)):
        raise PasswordCommon


def normalised(password: str) -> str:
    """The same bytes however a keyboard composes an umlaut."""
    return unicodedata.normalize("NFC", password)


def code_typed(text: str) -> str:
    """A code as it is compared, however it was typed: in groups, with dashes, in small letters."""
    plain = unicodedata.normalize("NFKC", text).upper()
    return "".join(each for each in plain if each.isalnum())


def is_fresh(
    opened_at: datetime, confirmed_at: datetime | None, has_second_factor: bool, now: datetime
) -> bool:
    """Whether the password was given just now. For the first second factor the log-in counts, for
    changing what there is only the question that is asked again."""
    given_at = confirmed_at if has_second_factor else confirmed_at or opened_at
    return given_at is not None and now - given_at <= CONFIRMED_FOR


def local_path(target: str | None, otherwise: str) -> str:
    """A path of this site to go to after logging in; anything else becomes `otherwise`."""
    return target if target and _LOCAL_PATH.fullmatch(target) else otherwise


def is_alive(expires_at: datetime, last_seen_at: datetime, now: datetime) -> bool:
    """Whether a session still holds."""
    return now < expires_at and now - last_seen_at < SESSION_RESTS
