"""Records that stand for a whole module, in a database of its own: where plans are judged.

What other tests rolled back is still in the tables and indexes of theirs and would be read as well,
and a table is counted by nobody but its owner.
"""

from haidang.engines.access import api as access
from haidang.engines.records import api as records
from haidang.engines.records import wire
from haidang.kernel import actor


def stand(made):
    """Save these records for good, count their tables, and sort what the search index has not yet."""
    with access.reach(actor.SYSTEM, people="all"):
        records.save_all(made, by=actor.SYSTEM)
    wire.rows("SELECT pg_stat_force_next_flush()")
    ((counted,),) = wire.rows("SELECT records_count_anew()")
    assert counted, "too few records to be counted"
    wire.rows("SELECT records_flush_search()")
