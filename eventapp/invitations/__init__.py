"""Who may come: invitations of organisations and of persons, and who names an organisation.

Start with `admission.py`, what a sign-up meets of it, and `pages.py`, what is behind the links. The
office's side of the round is the room `inviting`.
"""
