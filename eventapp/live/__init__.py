"""Who is in the house now: one page for the wall, the office and the fire brigade.

Start reading at `rules.py`: everything on the page is told from the scans of the doors.
"""
