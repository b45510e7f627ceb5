"""A third policy on the records: what a person forbids an organisation is seen by no statement of it."""

from pathlib import Path

from django.db import migrations

_OPEN = """
DROP POLICY records_not_denied ON records_resource;
DROP POLICY records_not_denied ON records_history;
DROP FUNCTION records_barred;
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0007_subscriptions"), ("access", "0003_denials")]
    operations = [
        migrations.RunSQL(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"), _OPEN),
    ]
