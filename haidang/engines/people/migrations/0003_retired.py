from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0002_merge_org'),
    ]

    operations = [
        migrations.AddField(
            model_name='person',
            name='retired',
            field=models.BooleanField(db_default=False),
        ),
        migrations.AddIndex(
            model_name='person',
            index=models.Index(condition=models.Q(('retired', True)), fields=['rid'], name='people_person_retired'),
        ),
    ]
