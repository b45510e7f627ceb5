"""Files (Binary) are seen with what holds them, and a denial is asked for at the price of a probe."""

from pathlib import Path

from django.db import migrations, models

_BACK = """
DROP POLICY records_with_holder ON records_resource;
DROP POLICY records_with_holder ON records_history;
DROP FUNCTION records_closed;
DROP FUNCTION records_file_seen;
DROP FUNCTION records_file_barred;
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0008_denials")]
    operations = [
        migrations.CreateModel(
            name="Attached",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("rid", models.BigIntegerField()),
                ("holder", models.BigIntegerField()),
                ("patient", models.BigIntegerField(null=True)),
            ],
            options={
                "db_table": "records_attached",
                "indexes": [
                    models.Index(fields=["holder"], name="records_attached_holder"),
                    models.Index(fields=["patient"], name="records_attached_patient"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=["rid", "holder"], name="records_attached_once")
                ],
            },
        ),
        migrations.RunSQL(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"), _BACK),
    ]
