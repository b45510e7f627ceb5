"""A scope is held to all record numbers of its person: those merged into it too."""

from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("records", "0016_people_of_exports")]
    # The function of before knows one number; with one the two are the same, so there is nothing to undo.
    operations = [
        migrations.RunSQL(
            Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"), migrations.RunSQL.noop
        ),
    ]
