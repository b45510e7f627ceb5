"""Who is in the files of an export, and what it has left out: so that a later denial closes them.

Files of before know neither and are not given any more; a client starts its export again.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0015_records_of_nobody")]
    operations = [
        migrations.AddField(
            "bulkjob",
            "held",
            django.contrib.postgres.fields.ArrayField(models.BigIntegerField(), null=True),
        ),
        migrations.CreateModel(
            name="BulkPeople",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("low", models.BigIntegerField()),
                ("high", models.BigIntegerField()),
                (
                    "rids",
                    django.contrib.postgres.fields.ArrayField(models.BigIntegerField(), size=None),
                ),
                (
                    "job",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="people",
                        to="records.bulkjob",
                    ),
                ),
            ],
            options={"db_table": "records_bulk_people"},
        ),
    ]
