"""Networks (a tree), their member organisations, and who may do what in them.

Start reading at `models.py`; `queries.get_chain` answers "who is responsible here".
"""
