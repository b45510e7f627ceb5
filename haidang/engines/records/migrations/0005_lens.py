"""A second policy on the records: what a lens leaves out is seen by no statement."""

from pathlib import Path

from django.db import migrations

from haidang.engines.records.index import labels

_OPEN = """
DROP POLICY records_within ON records_resource;
DROP POLICY records_within ON records_history;
DROP FUNCTION records_passes;
DROP TABLE records_label;
"""


def _write_labels(apps, editor):
    with editor.connection.cursor() as cursor:
        cursor.executemany("INSERT INTO records_label VALUES (%s, %s, %s)", labels.rows())


class Migration(migrations.Migration):
    dependencies = [("records", "0004_bulk")]
    operations = [
        migrations.RunSQL(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"), _OPEN),
        migrations.RunPython(_write_labels, migrations.RunPython.noop),
    ]
