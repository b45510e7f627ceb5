"""Amounts that are wider than a point, by where they end: nearly all others end where they begin."""

from django.db import migrations


class Migration(migrations.Migration):
    atomic = False  # a house goes on writing while its index is made
    dependencies = [("records", "0009_attachments")]
    operations = [
        migrations.RunSQL(
            "CREATE INDEX CONCURRENTLY IF NOT EXISTS records_quantity_wide"
            " ON records_quantity (p, hi, rid) WHERE lo < hi",
            "DROP INDEX records_quantity_wide",
        ),
    ]
