"""Tests of the import, with the small files they share."""
