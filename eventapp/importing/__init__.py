"""Import of networks and events from a YAML file, and the demonstration data.

Start in `actions.import_text`. A file is read (`source`), each entry shaped (`document`), all of
them checked against each other and against what is stored (`check`), then applied through the same
actions as the console's. All problems are reported together, and then nothing is written.

Entries are found by their slug. What an entry does not name stays as it is, also inside `venue`,
`contact`, `capacity`, `registration`, `sender`, `controller`; `venue: null` empties the whole.
`starts_on` without `ends_on` is a single day. A list that is given is the new list and its items
are complete: programme items are found again by slug, questions by key, dates by position, so that
they keep their identity. What is no longer in the list is removed, unless somebody has chosen or
answered it: then it stays. A date that people are registered for cannot be left out. No entry is
ever deleted.
"""
