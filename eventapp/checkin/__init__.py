"""The door: devices, scans, and the verdict on a code.

Start reading at `rules.py`: which of the scans of a ticket is the admission. `conflicts` and `held`
are what the office decides afterwards.
"""
