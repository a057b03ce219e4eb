"""The round of invitations as offices do it, and who named an organisation: the organisers' pages.

Start with `console.py`. What an invitation is and what its link opens is the room `invitations`.
"""
