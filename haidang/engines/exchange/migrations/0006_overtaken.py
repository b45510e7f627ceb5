from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('exchange', '0005_signatures'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='dossier',
            index=models.Index(condition=models.Q(('state', 'superseded')), fields=['patient'], name='exchange_dossier_overtaken'),
        ),
    ]
