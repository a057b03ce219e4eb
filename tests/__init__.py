"""Everything is tested with the real thing: databases, broker, mail server, processes, browser."""
