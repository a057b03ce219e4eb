"""Who wants no more mails of a kind: one click, for one address at one event or of one network.

Start reading at `rules.py` (the topics, and the token in the mail) and `queries.py` (what those who
write mails ask).
"""
