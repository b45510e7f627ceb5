"""The second lock: row-level security sees what `reach` opened, and nothing else."""

import psycopg
import pytest
from django.db import connection, transaction

from haidang.engines.access import api as access
from haidang.kernel import actor as actors
from haidang.kernel.actor import Actor

POLICY = """
CREATE TABLE secret_note (patient bigint, words text);
ALTER TABLE secret_note ENABLE ROW LEVEL SECURITY;
ALTER TABLE secret_note FORCE ROW LEVEL SECURITY;
CREATE POLICY seen ON secret_note USING (
    patient IS NULL
    OR current_setting('haidang.reach', true) = 'all'
    OR patient = ANY(nullif(current_setting('haidang.people', true), '')::bigint[])
    OR patient IN (
        SELECT r.patient FROM access_care_relation r
        WHERE r.org = ANY(nullif(current_setting('haidang.orgs', true), '')::text[])
        AND (r.until IS NULL OR r.until > now())
    )
);
GRANT SELECT, INSERT ON secret_note TO haidang_app;
INSERT INTO secret_note VALUES (NULL, 'everybody'), (1, 'one'), (2, 'two'), (3, 'three');
"""


@pytest.fixture
def notes(own_database, database_cluster):
    """Read what the present transaction can see."""
    socket = str(database_cluster.socket_folder)
    with psycopg.connect(host=socket, dbname=own_database, user="postgres") as admin:
        admin.execute(POLICY)

    def read():
        with connection.cursor() as cursor:
            cursor.execute("SELECT words FROM secret_note ORDER BY patient NULLS FIRST")
            return [row[0] for row in cursor.fetchall()]

    return read


@pytest.fixture
def nurse():
    return Actor("Practitioner/n", "Lan", actors.STAFF, org="31001")


def test_with_nothing_opened_only_rows_about_nobody_are_seen(notes):
    assert notes() == ["everybody"]


def test_persons_are_opened_one_by_one(notes, nurse):
    with access.reach(nurse, people=[1, 3]):
        assert notes() == ["everybody", "one", "three"]


def test_the_own_organisations_people_are_seen(notes, nurse):
    access.relate_many([(2, "31001", "encounter"), (3, "31002", "encounter")])

    with access.reach(nurse):
        assert notes() == ["everybody", "two"]


def test_a_citizens_organisation_counts_for_nothing(notes):
    access.relate(2, "31001", basis="encounter")
    citizen = Actor("Patient/a", "An", actors.CITIZEN, org="31001", patient="a")

    with access.reach(citizen, people=[1]):
        assert notes() == ["everybody", "one"]


def test_everything_is_opened_for_work_over_everybody(notes):
    with access.reach(actors.SYSTEM, people="all"):
        assert notes() == ["everybody", "one", "two", "three"]


def test_the_door_shuts_behind_the_block(notes, nurse):
    with access.reach(nurse, people=[1]):
        pass

    assert notes() == ["everybody"]
    with transaction.atomic():
        assert notes() == ["everybody"]


def test_an_inner_reach_ends_where_the_outer_one_was(notes, nurse):
    with access.reach(nurse, people=[1]):
        with access.reach(actors.SYSTEM, people="all"):
            assert len(notes()) == 4
        assert notes() == ["everybody", "one"]


def test_after_an_error_the_outer_reach_holds_again(notes, nurse):
    with access.reach(nurse, people=[1]):
        with pytest.raises(RuntimeError), access.reach(nurse, people=[2]):
            assert notes() == ["everybody", "two"]
            raise RuntimeError
        assert notes() == ["everybody", "one"]
        with access.reach(nurse, people=[3]):
            pass
        assert notes() == ["everybody", "one"]


def test_an_organisation_code_cannot_carry_sql(nurse):
    smuggler = Actor("Practitioner/n", "Lan", actors.STAFF, org="31001},{31002")

    with pytest.raises(ValueError, match="letters and digits"), access.reach(smuggler):
        pass


def test_everything_is_seen_only_where_nothing_is_left_out(db):
    seen = {}
    with access.reach(actors.SYSTEM, people="all"):
        seen["all people"] = access.sees_everything()
        with access.reach(actors.SYSTEM, people=[1]):
            seen["one person"] = access.sees_everything()
        with access.reach(actors.SYSTEM, people="all", lens='{"ceiling":"N"}'):
            seen["through a lens"] = access.sees_everything()
        with access.reach(actors.SYSTEM, people="all", asker="31001"):
            seen["with denials"] = access.sees_everything()
        seen["again"] = access.sees_everything()

    assert [name for name, all_of_it in seen.items() if all_of_it] == ["all people", "again"]


def test_nothing_is_seen_whole_before_and_after_a_reach(own_database):
    before = access.sees_everything()
    with access.reach(actors.SYSTEM, people="all"):
        pass

    assert (before, access.sees_everything()) == (False, False)
