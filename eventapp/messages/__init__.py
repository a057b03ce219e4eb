"""Messages of the organisers to the people of an event, by the filter of their list.

Start with `console.list_`. A message is a draft until it is sent; then each recipient has a row in
the outbox, due five minutes later, and `mails` decides at the last moment whether it still goes.
"""
