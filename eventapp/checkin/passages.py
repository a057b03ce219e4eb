"""What the doors know of one guest, for the office."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select

from eventapp.checkin.models import Device, Scan


def list_passages(connection: Connection, registration_id: int) -> Sequence[Any]:
    """Every scan of one guest's code in the order of scanning: what it was, when and where."""
    statement = (
        select(
            Scan.scanned_at,
            Scan.direction,
            Scan.finding,
            Scan.programme_item_id,
            Device.name.label("door"),
        )
        .join(Device, Device.id == Scan.device_id)
        .where(Scan.registration_id == registration_id)
        .order_by(Scan.scanned_at, Scan.id)
    )
    return connection.execute(statement).all()
