"""Row-level security on the records: who has no reach sees no person's record."""

from pathlib import Path

from django.db import migrations

_CLOSED = """
DO $$ DECLARE part regclass; BEGIN
    FOR part IN SELECT inhrelid FROM pg_inherits WHERE inhparent = 'records_history'::regclass LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', part);
        EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', part);
    END LOOP;
END $$;
"""
_OPEN = """
DROP POLICY records_seen ON records_resource;
DROP POLICY records_written ON records_resource;
DROP POLICY records_changed ON records_resource;
DROP POLICY records_seen ON records_history;
DROP POLICY records_written ON records_history;
ALTER TABLE records_resource DISABLE ROW LEVEL SECURITY;
ALTER TABLE records_history DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0001_tables")]
    operations = [
        migrations.RunSQL(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8") + _CLOSED, _OPEN),
    ]
