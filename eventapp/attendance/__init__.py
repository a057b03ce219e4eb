"""Who was there: today the online door; later one ledger for door, screen and dates."""
