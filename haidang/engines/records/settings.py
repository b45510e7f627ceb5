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
# Whether subscriptions may be sent to this machine itself, over plain http: for tests and training.
HAIDANG_HOOKS_TO_LOOPBACK = os.environ.get("HAIDANG_HOOKS_TO_LOOPBACK", "") == "1"
# After so many failures in a row a subscription is turned off (with an hour between the later ones).
HAIDANG_HOOK_FAILURES = int(os.environ.get("HAIDANG_HOOK_FAILURES", "30"))
