"""The way back: in, out, in again, field by field."""

import pytest

from haidang.engines.exchange import api as exchange
from haidang.engines.exchange.adapters.claims import reader
from haidang.engines.exchange.adapters.claims.tests import examples
from haidang.engines.exchange.tests import snapshots
from haidang.kernel import errors
from tests import messages

pytestmark = pytest.mark.django_db


def test_a_visit_goes_out_as_it_came_in():
    encounter = messages.take_in(messages.claim("A")).dossiers[0].encounter

    file = reader.read(exchange.export_visit(encounter))

    assert file.problems == []
    assert file.sender == messages.FACILITY
    assert file.dossiers == [examples.outpatient("A")]


def test_what_went_out_comes_in_again_and_changes_no_record():
    encounter = messages.take_in(messages.claim("A")).dossiers[0].encounter
    before = snapshots.records_now()

    again = messages.take_in(exchange.export_visit(encounter))

    after = snapshots.records_now()
    changed = {ref.split("/")[0] for ref in before | after if before.get(ref) != after.get(ref)}
    assert again.message.state == "accepted"
    assert changed == {"Provenance"}


def test_an_export_passes_the_check():
    encounter = messages.take_in(messages.claim("A")).dossiers[0].encounter

    (checked,) = exchange.check(exchange.export_visit(encounter))

    assert checked.is_sound


def test_a_visit_that_never_came_in_cannot_go_out():
    with pytest.raises(errors.NotFound) as refused:
        exchange.export_visit("Encounter/none")

    assert refused.value.code == "exchange.visit_unknown"
