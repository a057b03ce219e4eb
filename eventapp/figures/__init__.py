"""Figures of events: over time, by attendance, workshop, organisation; they outlive the people.

Start with `counting.count_figures`, what is counted, and `rules`, what is made of it.
"""
