"""What comes back to the sender's address: delivery reports and answers of calendars.

Start at `receiving.take`, to which both ways in lead: `lmtp` and `maildir`. `reading` says what a
mail is, `reports` and `replies` read the two kinds that mean something; `actions` writes what
follows.
"""
