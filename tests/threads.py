"""Real threads for tests of what happens at once."""

import threading

from django.db import connection

from haidang.engines.access import api as access
from haidang.kernel import actor

_PID = "SELECT pg_backend_pid()"
_WAITS = "SELECT cardinality(pg_blocking_pids(%s)) > 0"
_LOOK_S = 0.002


def at_once(function, arguments):
    """Call a function in as many threads as there are arguments, started together."""
    gate, results, faults = (
        threading.Barrier(len(arguments), timeout=60),
        [None] * len(arguments),
        [],
    )

    def run(place, argument):
        try:
            gate.wait()
            results[place] = function(argument)
        except Exception as fault:  # noqa: BLE001 - told to the test below
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(arguments)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    return results


class _Writer(threading.Thread):
    """Work in a transaction of its own, which `stand` keeps open after the work; `fault` is what it raised."""

    def __init__(self, work, stand=lambda: None):
        super().__init__()
        self.work, self.stand = work, stand
        self.begun, self.ended = threading.Event(), threading.Event()
        self.pid = self.fault = self.result = None

    def run(self):
        try:
            with access.reach(actor.SYSTEM, people="all"):
                self.pid = _value(_PID)
                self.begun.set()
                self.result = self.work()
                self.stand()
        except Exception as fault:  # noqa: BLE001 - told to the test
            self.fault = fault
        finally:
            self.begun.set()
            self.ended.set()
            connection.close()


def meet(first, then):
    """Two writers who do not see each other's work; what each gives or raises.

    The first stands with what it has written until the other is done or waits for it.
    """
    wrote, leave = threading.Event(), threading.Event()

    def stand():
        wrote.set()
        leave.wait()

    one, two = _Writer(first, stand), _Writer(then)
    one.start()
    while not wrote.wait(_LOOK_S) and not one.ended.is_set():
        pass
    two.start()
    two.begun.wait()
    while not two.ended.wait(_LOOK_S) and not _value(_WAITS, [two.pid]):
        pass
    leave.set()
    one.join()
    two.join()
    return [each.fault or each.result for each in (one, two)]


def _value(statement, values=()):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone()[0]
