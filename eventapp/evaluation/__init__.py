"""What people say of an event afterwards, anonymous by construction: there is one box per event
and no ballot paper. Start with `rules.Box`, what an answer becomes, and decision 0027."""
