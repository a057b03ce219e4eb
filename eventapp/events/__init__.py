"""Events, their series, dates and programme, and the truth of their calendar entries.

Start reading at `definition.py`: everything that pages, mails and feeds know of one event.
`loading.py` fetches it.
"""
