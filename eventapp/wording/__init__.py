"""What organisers write into the mails of the program: sections, not whole mails.

Start reading at `rules.py` (sections, and which text of which scope holds), `offers.py` (which
kinds of mail have sections) and `applying.py` (how they get into a mail). `text.py` is the Markdown
with placeholders that all texts for mails are written in.
"""
