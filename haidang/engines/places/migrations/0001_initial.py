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
            name='Load',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, unique=True)),
                ('checksum', models.CharField(max_length=200)),
                ('rows', models.IntegerField()),
                ('loaded_at', models.DateTimeField(auto_now=True)),
            ],
        ),
        migrations.CreateModel(
            name='Facility',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=5, unique=True)),
                ('name', models.CharField(max_length=300)),
                ('search', models.CharField(max_length=400)),
                ('kind', models.CharField(max_length=40)),
                ('level', models.CharField(blank=True, max_length=12)),
                ('commune', models.CharField(blank=True, max_length=8)),
                ('address', models.CharField(blank=True, max_length=500)),
                ('phone', models.CharField(blank=True, max_length=20)),
                ('active', models.BooleanField(default=True)),
                ('closed_on', models.DateField(null=True)),
                ('successor', models.CharField(blank=True, max_length=5)),
                ('synthetic', models.BooleanField(default=False)),
                ('organization_ref', models.CharField(max_length=80)),
            ],
            options={
                'indexes': [models.Index(fields=['commune'], name='places_facility_commune'), django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(models.F('search'), name='gin_trgm_ops'), name='places_facility_search')],
                'constraints': [models.CheckConstraint(condition=models.Q(('code__regex', '^[0-9]{2}[0-9A-Z]{3}$')), name='places_facility_code_shape')],
            },
        ),
        migrations.CreateModel(
            name='Succession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('former', models.CharField(max_length=8)),
                ('successor', models.CharField(max_length=8)),
                ('extent', models.CharField(max_length=12)),
                ('happened_on', models.DateField()),
                ('release', models.CharField(max_length=200)),
            ],
            options={
                'indexes': [models.Index(fields=['successor'], name='places_succession_to')],
                'constraints': [models.UniqueConstraint(fields=('former', 'successor', 'happened_on'), name='places_succession_once')],
            },
        ),
        migrations.CreateModel(
            name='Unit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=8)),
                ('kind', models.CharField(max_length=20)),
                ('type_vi', models.CharField(max_length=20)),
                ('name', models.CharField(max_length=100)),
                ('search', models.CharField(max_length=200)),
                ('parent', models.CharField(blank=True, max_length=8)),
                ('latitude', models.FloatField(null=True)),
                ('longitude', models.FloatField(null=True)),
                ('area_km2', models.DecimalField(decimal_places=2, max_digits=10, null=True)),
                ('population', models.IntegerField(null=True)),
                ('border', models.JSONField(null=True)),
                ('valid_from', models.DateField(null=True)),
                ('valid_to', models.DateField(null=True)),
                ('release', models.CharField(max_length=200)),
            ],
            options={
                'indexes': [models.Index(fields=['release'], name='places_unit_release')],
                'constraints': [models.UniqueConstraint(fields=('code', 'valid_from'), name='places_unit_once', nulls_distinct=False)],
            },
        ),
        migrations.CreateModel(
            name='Department',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20)),
                ('name', models.CharField(max_length=200)),
                ('active', models.BooleanField(default=True)),
                ('facility', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='departments', to='places.facility')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('facility', 'code'), name='places_department_once')],
            },
        ),
        migrations.CreateModel(
            name='Change',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('department', models.CharField(blank=True, max_length=20)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('by_ref', models.CharField(max_length=200)),
                ('by_name', models.CharField(blank=True, max_length=200)),
                ('changes', models.JSONField()),
                ('facility', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='places.facility')),
            ],
            options={
                'indexes': [models.Index(fields=['facility', '-at'], name='places_change_newest')],
            },
        ),
    ]
