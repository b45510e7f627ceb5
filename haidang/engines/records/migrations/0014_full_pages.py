"""Indexes that grow at their end fill their pages: a number that was given out never comes between.

What is written again adds a row for a number in the middle, where PostgreSQL first clears those
that no one sees any more; only then a page has to part. B-trees keep a tenth of each page free
otherwise, which nearly no resource ever asks for.
"""

from django.db import migrations

_GROWING = (
    "records_key_pkey", "records_resource_pkey", "records_resource_seq",
    "records_date_rid", "records_quantity_rid", "records_string_rid",
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("records", "0013_versions_of_nobody")]
    operations = [
        migrations.RunSQL(
            f"ALTER INDEX {name} SET (fillfactor = 100)", f"ALTER INDEX {name} RESET (fillfactor)"
        )
        for name in _GROWING
    ]
