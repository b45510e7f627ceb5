"""What publishers say of their lists is kept, and codes are found by parent and read in order."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("terminology", "0001_initial")]

    operations = [
        *(
            migrations.AddField(model, "facts", models.JSONField(default=dict))
            for model in ("codesystem", "valueset", "conceptmap")
        ),
        migrations.AlterField(
            "concept",
            "code_system",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="concepts",
                to="terminology.codesystem",
            ),
        ),
        migrations.AddIndex(
            "concept",
            models.Index(fields=["code_system", "parent"], name="terminology_concept_below"),
        ),
    ]
