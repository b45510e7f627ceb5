"""The code that leads a record in a column of its own, so that totals of a code are counted in order.

What stands here already has none until its type is read anew (`records reindex`); until then its
totals are counted as before. Where nothing stands yet, nothing has to be read.
"""

from django.db import migrations, models

from haidang.engines.records import kinds


class Migration(migrations.Migration):
    dependencies = [("records", "0010_wide_amounts")]
    operations = [
        migrations.AddField("key", "lead", models.BinaryField(null=True)),  # unmanaged: state alone
        migrations.CreateModel(
            name="Led",
            fields=[("type", models.SmallIntegerField(primary_key=True, serialize=False))],
            options={"db_table": "records_led"},
        ),
        migrations.RunSQL(
            [
                "ALTER TABLE records_key ADD COLUMN lead bytea",
                "CREATE INDEX records_key_lead ON records_key (lead) WHERE lead IS NOT NULL",
                (
                    "INSERT INTO records_led SELECT unnest(%s::smallint[])"
                    " WHERE NOT EXISTS (SELECT FROM records_key)",
                    [sorted(kinds.CODES.values())],
                ),
            ],
            [
                "DROP INDEX records_key_lead",
                "ALTER TABLE records_key DROP COLUMN lead",
            ],
        ),
    ]
