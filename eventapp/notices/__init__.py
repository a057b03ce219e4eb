"""Telling people that an event has changed or does not take place.

Start at `rules`: what is told to whom, and when; then `actions`.
"""
