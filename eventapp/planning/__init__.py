"""Planning: organisers make events, change, publish, close, cancel and copy them.

The rules of an event itself are those of `events`; here they meet the registrations it may have.
Start reading in `rules` (which steps are open) and `actions`.
"""
