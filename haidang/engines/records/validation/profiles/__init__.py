"""Profiles: what a StructureDefinition asks beyond the type it constrains.

A differential is laid over the base that `shape` has judged already; no snapshot is needed
(docs/decisions/0005-validation-and-profiles.md).
"""
