"""Mail as rows: written with the change they tell of, sent by workers, never lost.

Start reading at `outbox.py` (writing), `delivery.py` (sending) and `kinds.py` (what can be sent).
"""
