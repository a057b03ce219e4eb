"""The organisers' start page: what is next, what needs me, is everything running.

Start with `console.home`.
"""
