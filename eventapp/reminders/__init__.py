"""Mails whose time comes by itself: sign-up opens, tomorrow is the day.

Start reading at `openings.py` (who wants to know when sign-up opens) and `coming.py` (do you still
come?).
"""
