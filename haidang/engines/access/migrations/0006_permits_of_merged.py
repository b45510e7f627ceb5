from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models


class Migration(migrations.Migration):
    """What a person lets an app do follows the record that the app was opened for through merges."""

    dependencies = [("access", "0005_long_scopes")]
    operations = [
        migrations.AddField(
            model_name="permit",
            name="former",
            field=ArrayField(models.BigIntegerField(), default=list, size=None),
        ),
        migrations.AddIndex(
            model_name="permit",
            index=models.Index(fields=["patient_rid"], name="access_permit_patient"),
        ),
    ]
