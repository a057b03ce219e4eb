"""The list of people as a file: CSV, XLSX or PDF, filtered as the screen is, columns chosen.

Small ones are answered at once, large ones made by a worker. Start with `console.export`; the
columns are those of `participants.export`.
"""
