"""Personal data: which column holds what, and what becomes of it. Features declare their own.

Start reading at `declarations.py`; a house test finds a column that nobody declared.
"""
