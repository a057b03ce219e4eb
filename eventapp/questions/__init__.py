"""Questions: what an event asks at sign-up, what its guests need, what the caterer is to cook.

Start reading in `rules` (what may be changed once people have answered) and `queries` (needs and
meals, counted from what is sealed).
"""
