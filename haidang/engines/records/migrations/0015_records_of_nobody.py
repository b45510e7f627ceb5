"""What is nobody's is found by its type: a write gives it to the person of what it is about."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("records", "0014_full_pages")]
    operations = [
        migrations.RunSQL(
            "CREATE INDEX records_resource_nobody ON records_resource (type) WHERE patient IS NULL",
            "DROP INDEX records_resource_nobody",
        ),
    ]
