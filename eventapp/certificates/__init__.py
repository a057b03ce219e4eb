"""Certificates of attendance: who has taken part by the event's rule gets one by itself, as a PDF
that anybody may have checked. Start with `rules`, what becomes of one, and `issuing`, the sweep.
"""
