"""A file (Binary) whose document was deleted is closed to whoever may not see every label."""

from pathlib import Path

from django.db import migrations

_BACK = """
CREATE OR REPLACE FUNCTION records_file_seen(row_rid bigint, past boolean)
RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT NOT EXISTS (SELECT FROM public.records_attached a WHERE a.rid = row_rid)
        OR (EXISTS (SELECT FROM public.records_attached a WHERE a.rid = row_rid
                    AND (SELECT true FROM public.records_resource r WHERE r.rid = a.holder))
            AND NOT public.records_file_barred(COALESCE(current_setting('haidang.asker', true), ''), row_rid, past))
$$;
DROP FUNCTION records_passes_unknown;
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0011_leads")]
    operations = [
        migrations.RunSQL(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"), _BACK),
    ]
