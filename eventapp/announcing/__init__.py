"""Save the date: contacts of organisations hear of an event before anybody can sign up.

Start reading at `queries.py` (whom it goes to) and `actions.py` (sending it, and taking it back).
"""
