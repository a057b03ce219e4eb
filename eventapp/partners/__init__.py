"""Partners: who hosts one date completes it with a link of their own, without an account.

Start with `pages.py`, what a partner sees, and `console.py`, where organisers give links out.
"""
