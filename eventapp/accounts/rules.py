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


def local_path(target: str | None, otherwise: str) -> str:
    """A path of this site to go to after logging in; anything else becomes `otherwise`."""
    return target if target and _LOCAL_PATH.fullmatch(target) else otherwise


def is_alive(expires_at: datetime, last_seen_at: datetime, now: datetime) -> bool:
    """Whether a session still holds."""
    return now < expires_at and now - last_seen_at < SESSION_RESTS
