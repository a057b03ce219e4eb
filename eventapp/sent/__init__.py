"""What was sent about an event: the list, one mail as it looks, sending it again.

Start with `console.list_`. Bodies are stored nowhere: a mail is shown as it would be today.
"""
