"""Organisers' accounts, their sessions on the server, and the one-time link to a first password.

Start reading at `actions.py`: log in, log out, set a password.
"""
