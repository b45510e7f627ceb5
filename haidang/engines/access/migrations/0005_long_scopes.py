from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models


class Migration(migrations.Migration):
    """Scopes of any length: what was longer than 100 characters was cut off without a word."""

    dependencies = [("access", "0004_launch_encounter")]
    operations = [
        migrations.AlterField(
            model_name="client",
            name="scopes",
            field=ArrayField(models.TextField()),
        )
    ]
