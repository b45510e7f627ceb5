from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("exchange", "0002_stuck_dossiers"),
    ]

    operations = [
        migrations.AddField(
            model_name="message",
            name="begun",
            field=models.SmallIntegerField(default=0),
        ),
    ]
