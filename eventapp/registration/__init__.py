"""Sign-up, places, waiting list, workshops and self-service.

Start reading at `actions.py`; what is decided there is said by `rules.py`.
"""
