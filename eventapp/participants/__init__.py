"""What organisers see of the people of an event and do with them: list, detail, file, office.

Start with `console.list_`; what the office changes is in `actions`, on the rules of `registration`.
"""
