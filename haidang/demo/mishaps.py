"""Files that must be refused, or taken in with a warning: something for the intake monitor."""

from haidang.demo import people_at_work
from haidang.engines.exchange import api as exchange
from simulators.his import faults

#: Some of the simulator's faults, the kinds that hospitals really send.
CHOSEN = (
    "half_a_file", "missing_summary", "broken_base64", "impossible_date", "ends_before_it_starts",
    "wrong_amount", "wrong_total", "unknown_sex", "no_name", "another_facility", "mixed_visits",
    "no_weight", "malformed_citizen_id", "card_out_of_date",
)  # fmt: skip


def files(seed):
    """One file of each kind; every kind spoils a visit of its own, so that none hides another."""
    for number, name in enumerate(CHOSEN):
        spoilt = faults.one(name, seed * 1000 + number)
        yield spoilt.name, spoilt.content


def send(seed, tell):
    """Hand the files to the exchange engine as the connected hospital system sends them."""
    spoilt = list(files(seed))
    by = people_at_work.hospital_system()
    exchange.receive_many(spoilt, by=by, channel="gateway", org=faults.SENDER)
    tell(len(spoilt), len(spoilt))
