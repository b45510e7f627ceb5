"""Numbers of dossiers out of a sequence: those who submit at once do not wait for each other."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("procedures", "0010_feedback_and_quality")]

    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE procedures_dossier_number AS bigint",
            "DROP SEQUENCE procedures_dossier_number",
        )
    ]
