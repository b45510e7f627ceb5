"""Tables keep to their room, and migrations to one line."""

from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader

OURS = [config for config in apps.get_app_configs() if config.name.startswith("haidang.")]


def _foreign_keys():
    for config in OURS:
        for model in config.get_models():
            for field in model._meta.get_fields():
                if field.is_relation and field.concrete and field.related_model is not None:
                    yield config, model, field


def test_no_foreign_key_leaves_its_part_of_the_house():
    crossing = [
        f"{model.__name__}.{field.name}"
        for config, model, field in _foreign_keys()
        if field.related_model._meta.app_label != config.label
    ]

    assert crossing == []


@pytest.mark.parametrize("config", OURS, ids=lambda config: config.label)
def test_the_newest_migration_is_named_in_its_file(config):
    folder = Path(config.path) / "migrations"
    if not folder.is_dir():
        assert list(config.get_models()) == []
        return
    newest = sorted(path.stem for path in folder.glob("0*.py"))

    named = (folder / "max_migration.txt").read_text().split() if newest else []

    assert named == newest[-1:]


def test_each_app_has_one_newest_migration():
    loader = MigrationLoader(None, ignore_no_migrations=True)

    assert loader.detect_conflicts() == {}


@pytest.mark.django_db
def test_no_change_of_a_model_lacks_its_migration():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.django_db
def test_the_serving_role_owns_nothing_and_cannot_pass_row_security():
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner"
            " WHERE r.rolname = current_user"
        )
        owned = cursor.fetchone()[0]
        cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        above = cursor.fetchone()[0]

    assert (owned, above) == (0, False)
