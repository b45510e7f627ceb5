"""The files of the room come into a house once, and never over what was changed there."""

from datetime import timedelta

import pytest

from haidang.engines.workflow import api as workflow
from haidang.kernel import actor
from haidang.rooms.procedures import models, reference, services
from haidang.rooms.procedures.selectors import catalogue
from haidang.rooms.procedures.tests import people
from haidang.rooms.procedures.tests.test_services import AT, LICENCE

TODAY = AT.date()


def versions():
    rows = models.Version.objects.filter(key=LICENCE).order_by("number")
    return [(row.number, row.valid_from, row.valid_to) for row in rows]


def published_by(somebody, **changed):
    definition = catalogue.version_of(LICENCE, TODAY).definition | changed
    services.publish(definition, by=somebody, valid_from=TODAY)


@pytest.mark.django_db
def test_a_house_without_people_has_every_procedure_and_process():
    assert reference.load() == 20
    assert reference.load() == 0
    assert len(catalogue.current(TODAY)) == 20
    assert len(workflow.catalogue()) == 5


def test_what_an_officer_published_stays_when_the_files_are_loaded_again(opened_office, db):
    published_by(people.OFFICER, summary="Do cán bộ viết.")
    before = versions()

    assert services.load_files(by=actor.SYSTEM, on=TODAY + timedelta(days=1)) == 0
    assert versions() == before


def test_a_file_that_the_product_changed_applies_from_a_day_on(opened_office, db):
    published_by(actor.SYSTEM, summary="Như tệp của phiên bản trước.")
    later = TODAY + timedelta(days=30)

    assert services.load_files(by=actor.SYSTEM, on=later) == 1
    assert versions() == [
        (1, catalogue.FIRST_DAY, TODAY),
        (2, TODAY, later),
        (3, later, None),
    ]
    assert catalogue.procedure(LICENCE, TODAY).summary == "Như tệp của phiên bản trước."
    assert catalogue.procedure(LICENCE, later).summary != "Như tệp của phiên bản trước."


def test_a_process_that_was_changed_in_the_product_stays(opened_office, db):
    bpmn = (catalogue.DATA / "processes" / "review.bpmn").read_bytes()
    own = workflow.publish("review", bpmn.replace(b"30", b"31", 1) + b"\n", by=people.HEAD)

    services.load_files(by=actor.SYSTEM)

    assert workflow.model("review").number == own.number == 2
