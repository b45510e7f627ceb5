"""Real threads for tests of what happens at once."""

import threading

from django.db import connection


def at_once(function, arguments):
    """Call a function in as many threads as there are arguments, started together."""
    gate, results, faults = threading.Barrier(len(arguments)), [None] * len(arguments), []

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
