from django.db import migrations, models


class Migration(migrations.Migration):
    """Of what was kept before nobody knows who else keeps it: it counts as unfiled."""

    dependencies = [
        ("documents", "0006_seals"),
    ]

    operations = [
        migrations.AddField(
            model_name="file",
            name="unfiled",
            field=models.BooleanField(default=True),
        ),
        migrations.AlterField(
            model_name="file",
            name="unfiled",
            field=models.BooleanField(default=False),
        ),
    ]
