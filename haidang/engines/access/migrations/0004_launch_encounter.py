from django.db import migrations, models


class Migration(migrations.Migration):
    """The visit for which an app is opened."""

    dependencies = [("access", "0003_denials")]
    operations = [
        migrations.AddField(
            model_name=name,
            name="encounter",
            field=models.CharField(blank=True, default="", max_length=64),
        )
        for name in ("launch", "permit")
    ]
