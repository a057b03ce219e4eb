"""Calendar feeds: what subscribers' programs fetch, again and again and mostly unchanged.

Start reading at `pages.py`; `rules.py` holds the window and the tags, `build.py` makes the bytes.
"""
