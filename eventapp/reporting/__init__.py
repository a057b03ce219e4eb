"""The report of an event: what an organiser tells of it afterwards, in words and pictures. It names
nobody by itself and stays when the people are deleted. Start with `actions`."""
