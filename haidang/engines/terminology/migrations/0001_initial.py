import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        TrigramExtension(),
        migrations.CreateModel(
            name='Release',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
                ('state', models.CharField(choices=[('loading', 'Loading'), ('ready', 'Ready'), ('replaced', 'Replaced')], default='loading', max_length=10)),
                ('manifest', models.JSONField(default=dict)),
                ('checksum', models.CharField(max_length=200)),
                ('rows', models.IntegerField(default=0)),
                ('loaded_at', models.DateTimeField(auto_now_add=True)),
                ('loaded_by', models.CharField(max_length=200)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'ready')), fields=('name',), name='terminology_one_ready_release')],
            },
        ),
        migrations.CreateModel(
            name='ConceptMap',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('url', models.CharField(max_length=300)),
                ('version', models.CharField(blank=True, max_length=100)),
                ('title', models.CharField(blank=True, max_length=500)),
                ('release', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='concept_maps', to='terminology.release')),
            ],
        ),
        migrations.CreateModel(
            name='CodeSystem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('url', models.CharField(max_length=300)),
                ('version', models.CharField(max_length=100)),
                ('title_vi', models.CharField(blank=True, max_length=500)),
                ('title_en', models.CharField(blank=True, max_length=500)),
                ('complete', models.BooleanField(default=False)),
                ('current', models.BooleanField(default=False)),
                ('valid_from', models.DateField(null=True)),
                ('valid_to', models.DateField(null=True)),
                ('concept_count', models.IntegerField(default=0)),
                ('release', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='code_systems', to='terminology.release')),
            ],
        ),
        migrations.CreateModel(
            name='ValueSet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('url', models.CharField(max_length=300)),
                ('version', models.CharField(blank=True, max_length=100)),
                ('name', models.CharField(blank=True, max_length=300)),
                ('title', models.CharField(blank=True, max_length=500)),
                ('compose', models.JSONField(default=dict)),
                ('release', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='value_sets', to='terminology.release')),
            ],
        ),
        migrations.CreateModel(
            name='Concept',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('code', models.CharField(max_length=200)),
                ('display_vi', models.TextField(blank=True)),
                ('display_en', models.TextField(blank=True)),
                ('parent', models.CharField(blank=True, max_length=200)),
                ('ancestors', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=200), default=list, size=None)),
                ('inactive', models.BooleanField(default=False)),
                ('valid_from', models.DateField(null=True)),
                ('valid_to', models.DateField(null=True)),
                ('properties', models.JSONField(default=dict)),
                ('search', models.TextField()),
                ('code_system', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='concepts', to='terminology.codesystem')),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(models.F('search'), name='gin_trgm_ops'), name='terminology_concept_search'), django.contrib.postgres.indexes.GinIndex(models.F('ancestors'), name='terminology_concept_above')],
                'constraints': [models.UniqueConstraint(fields=('code_system', 'code', 'valid_from'), name='terminology_concept_once', nulls_distinct=False)],
            },
        ),
        migrations.CreateModel(
            name='MapEntry',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('source_system', models.CharField(max_length=300)),
                ('source', models.CharField(max_length=200)),
                ('target_system', models.CharField(max_length=300)),
                ('target', models.CharField(max_length=200)),
                ('equivalence', models.CharField(default='relatedto', max_length=20)),
                ('comment', models.TextField(blank=True)),
                ('concept_map', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='entries', to='terminology.conceptmap')),
            ],
            options={
                'indexes': [models.Index(fields=['source_system', 'source'], name='terminology_map_from'), models.Index(fields=['target_system', 'target'], name='terminology_map_to')],
            },
        ),
        migrations.AddIndex(
            model_name='conceptmap',
            index=models.Index(fields=['url'], name='terminology_concept_map_url'),
        ),
        migrations.AddConstraint(
            model_name='codesystem',
            constraint=models.UniqueConstraint(fields=('release', 'url', 'version'), name='terminology_system_once_in_release'),
        ),
        migrations.AddConstraint(
            model_name='codesystem',
            constraint=models.UniqueConstraint(condition=models.Q(('current', True)), fields=('url', 'version'), name='terminology_one_current_system'),
        ),
        migrations.AddIndex(
            model_name='valueset',
            index=models.Index(fields=['url'], name='terminology_value_set_url'),
        ),
    ]
