"""What may differ between installations (docs/how-to/configure.md)."""

import os

# Where `$import` may read: beginnings of addresses such as `https://partner.example/`,
# `s3://bucket/folder/` or `/srv/bulk/`. Nothing, unless it is named here.
HAIDANG_IMPORT_FROM = os.environ.get("HAIDANG_IMPORT_FROM", "").split()
# How long the files of an export, and the report of an import, can be fetched.
HAIDANG_BULK_HOURS = int(os.environ.get("HAIDANG_BULK_HOURS", "72"))
HAIDANG_BULK_JOBS_PER_HOUR = int(os.environ.get("HAIDANG_BULK_JOBS_PER_HOUR", "60"))
# Records of these people, `Patient/<id>`, may not be purged; `all` keeps everybody's.
HAIDANG_LEGAL_HOLD = os.environ.get("HAIDANG_LEGAL_HOLD", "").split()
# What a write through `/fhir` is judged by: `shape` (types, cardinalities, codes, targets, the
# profiles it claims) or `rules` (FHIRPath invariants and bindings too, ten to a hundred times slower).
HAIDANG_VALIDATION = os.environ.get("HAIDANG_VALIDATION", "shape")
# `open` takes references to records that are not here yet; `resolve` refuses them.
HAIDANG_REFERENCES = os.environ.get("HAIDANG_REFERENCES", "open")
