"""Whom an act on many is for: their ids, signed, as they travel in the form that asks."""

import base64
import binascii
import json
import zlib

from flask import abort

from eventapp.accounts.access import me
from eventapp.events.definition import EventDefinition
from eventapp.tokens import keyring


def pack(event: EventDefinition, ids: list[int]) -> str:
    """The ids, small and signed for this event and this account."""
    steps = [after - before for before, after in zip([0, *ids], ids, strict=False)]
    body = base64.urlsafe_b64encode(zlib.compress(json.dumps(steps).encode())).decode()
    return f"{body}.{keyring().sign('bulk', _signed(event, body))}"


def unpack(event: EventDefinition, packed: str) -> list[int]:
    """What `pack` made; ends with 400 for anything else."""
    body, _dot, signature = packed.rpartition(".")
    if not keyring().is_signed("bulk", _signed(event, body), signature):
        abort(400)
    try:
        steps = json.loads(zlib.decompress(base64.urlsafe_b64decode(body)))
    except (ValueError, binascii.Error, zlib.error):
        abort(400)
    ids, last = [], 0
    for step in steps:
        last += step
        ids.append(last)
    return ids


def _signed(event: EventDefinition, body: str) -> str:
    return f"{event.id}\0{me().account_id}\0{body}"
