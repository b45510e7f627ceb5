"""Python's garbage collector in processes that live long."""

import atexit
import gc

_ALLOCATIONS = 100_000


def rest():
    """Leave what start-up made to the end of the process, and look at the rest less often.

    Work with resources decodes thousands of small dictionaries and drops them again. With the
    usual thresholds the collector walks all of them, and Django itself, again and again: a page
    about a person with 1,630 resources took 106 ms at the 95th percentile, at a median of 47, and
    what a set of an import remembers cost it a third of its preparation.
    """
    gc.collect()
    gc.freeze()
    # The last collection takes all: DuckDB tells at length what is left.
    atexit.register(gc.unfreeze)
    gc.set_threshold(_ALLOCATIONS, 20, 20)
