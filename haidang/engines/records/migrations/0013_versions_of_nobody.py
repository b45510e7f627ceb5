"""Old versions that were nobody's, and so open to everybody, may be given to their person."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("records", "0012_deleted_holders")]
    operations = [
        migrations.RunSQL(
            "CREATE POLICY records_given ON records_history FOR UPDATE USING ("
            " patient IS NULL AND (SELECT current_setting('haidang.reach', true) = 'all'))"
            " WITH CHECK (patient IS NOT NULL)",
            "DROP POLICY records_given ON records_history",
        ),
    ]
