"""What is printed for the door: name badges, the sheet to sign, the door list, sheets with codes.

Start with `console.sheet`; `making.py` is what the worker does, `sheets.py` what the typst
templates are given, `fitting.py` how a name fits. Files are kept and fetched in `exports`.
"""
