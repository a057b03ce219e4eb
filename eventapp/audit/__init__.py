"""The log of what organisers did: who, when, what, to what, before and after; kept 12 months.

Start with `actions.note`, which every writing page of the console calls in its own transaction.
"""
