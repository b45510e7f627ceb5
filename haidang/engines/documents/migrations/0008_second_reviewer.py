from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0007_unfiled"),
    ]

    operations = [
        migrations.AddField(
            model_name="disposal",
            name="reviewed_by",
            field=models.CharField(blank=True, default="", max_length=200),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="disposal",
            name="reviewed_name",
            field=models.CharField(blank=True, default="", max_length=200),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="disposal",
            constraint=models.CheckConstraint(
                condition=Q(reviewed_by="")
                | ~Q(reviewed_by=F("proposed_by")) & ~Q(reviewed_by=F("decided_by")),
                name="documents_disposal_six_eyes",
            ),
        ),
    ]
