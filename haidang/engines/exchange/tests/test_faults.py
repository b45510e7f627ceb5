"""Every fault that the simulated hospital knows gets a clear answer and leaves nothing behind."""

from functools import cache

import pytest

from haidang.engines.exchange import api as exchange
from haidang.engines.exchange.tests import snapshots
from haidang.kernel import actor, errors
from simulators.his import faults

ON_ITS_WAY = {"received", "waiting", "failed"}
SENT_BACK = {"refused", "rejected", "partly"}


@cache
def made():
    return {fault.name: fault for fault in faults.every(3)}


@pytest.mark.django_db
@pytest.mark.parametrize("name", faults.names())
def test_a_fault_is_answered_in_words_and_leaves_nothing_half_written(name):
    fault = made()[f"fault-{name}.xml"]
    try:
        receipt = exchange.receive(
            fault.content, filename=fault.name, by=actor.SYSTEM, channel="gateway", org=""
        )
    except errors.HaidangError as refused:
        assert "gửi lại" in refused.message
        return
    exchange.process(receipt.message_id)

    report = exchange.report(receipt.message_id, with_problems=True)
    told = [*report.problems, *(p for line in report.dossiers for p in line.problems)]
    assert report.message.state not in ON_ITS_WAY
    assert (report.message.state in SENT_BACK) == fault.refused
    assert set(fault.expects) <= {problem.code for problem in told}
    assert all(p.vi and p.en and p.action_vi and p.action_en for p in told)
    if report.message.state in {"refused", "rejected"}:
        assert snapshots.records_now() == {}
