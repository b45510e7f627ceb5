"""The database refuses what would change a locked report."""

from pathlib import Path

from django.db import migrations

_BACK = """
DROP TRIGGER reporting_report_locked ON reporting_report;
DROP TRIGGER reporting_value_locked ON reporting_value;
DROP TRIGGER reporting_correction_locked ON reporting_correction;
DROP FUNCTION reporting_refuse_locked();
DROP FUNCTION reporting_refuse_locked_part();
"""


class Migration(migrations.Migration):
    dependencies = [("reporting", "0001_forms_and_reports")]

    operations = [
        migrations.RunSQL(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"), _BACK)
    ]
