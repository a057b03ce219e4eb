"""The register of organisations: list, import from spreadsheets, merging of doubles, export.

The tables are those of `networks`. Start with `console`; of an import with `importing.apply`, what
it finds out before is in `plan`, on the rules of `matching`.
"""
