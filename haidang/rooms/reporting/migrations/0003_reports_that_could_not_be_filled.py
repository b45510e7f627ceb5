"""A report that the worker could not fill says when and why."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reporting", "0002_locked_reports_stay")]

    operations = [
        migrations.AddField(
            model_name="report", name="unfilled_at", field=models.DateTimeField(null=True)
        ),
        migrations.AddField(
            model_name="report",
            name="unfilled_why",
            field=models.CharField(blank=True, default="", max_length=500),
        ),
    ]
