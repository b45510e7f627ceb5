"""Old versions may go for good, of those records alone that a purge has named in its transaction."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("records", "0005_lens")]
    operations = [
        migrations.RunSQL(
            "CREATE POLICY records_purged ON records_history FOR DELETE USING ("
            " rid = ANY ((SELECT COALESCE(NULLIF(current_setting('haidang.purge', true), ''), '{}')"
            "::bigint[])::bigint[]))",
            "DROP POLICY records_purged ON records_history",
        ),
    ]
