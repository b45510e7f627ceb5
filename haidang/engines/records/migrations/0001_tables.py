"""The tables of the records engine; history has a partition for each quarter of ten years."""

from pathlib import Path

from django.db import migrations

TABLES = (
    "key", "resource", "history", "date", "quantity", "string", "text", "dictionary", "common",
)
FIRST_YEAR, YEARS = 2026, 10


def _statements():
    sql = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    return sql + "".join(_partitions())


def _partitions():
    """By quarter: by month every look at one history would visit 120 tables."""
    starts = [f"{FIRST_YEAR + n // 4}-{n % 4 * 3 + 1:02d}-01" for n in range(YEARS * 4 + 1)]
    for start, end in zip(starts, starts[1:]):
        name = f"records_history_{start[:7].replace('-', '_')}"
        yield (
            f"CREATE TABLE {name} PARTITION OF records_history"
            f" FOR VALUES FROM ('{start} +07') TO ('{end} +07');\n"
        )
    yield "CREATE TABLE records_history_other PARTITION OF records_history DEFAULT;\n"


class Migration(migrations.Migration):
    initial = True
    dependencies = [("access", "0001_initial")]
    operations = [
        migrations.RunSQL(
            _statements(),
            "".join(f"DROP TABLE records_{name} CASCADE;" for name in TABLES)
            + "DROP SEQUENCE records_seq; "
            "DROP FUNCTION records_flush_search; DROP FUNCTION records_count_anew;",
        ),
    ]
