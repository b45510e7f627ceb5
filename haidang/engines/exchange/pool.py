"""Several processes at the queue at once, until it is empty (xử lý song song)."""

import multiprocessing
import os
import time


def work_off(processes=1, *, told=None, pause_s=0.5):
    """Process everything that waits, with that many processes; return how many messages.

    told      called with the number still waiting, about twice a second, for a progress bar

    Each worker is a process of its own with a connection of its own; SKIP LOCKED keeps them out
    of each other's way.
    """
    if processes <= 1:
        return _alone(told)
    spawn = multiprocessing.get_context("spawn")
    with spawn.Pool(processes, initializer=_begin, initargs=(dict(os.environ),)) as pool:
        results = [pool.apply_async(_until_empty) for _ in range(processes)]
        while not all(result.ready() for result in results):
            _tell(told)
            time.sleep(pause_s)
        return sum(result.get() for result in results)


def _alone(told):
    from haidang.engines.exchange import pipeline

    total = 0
    while done := pipeline.process_pending():
        total += done
        _tell(told)
    return total


def _tell(told):
    from haidang.engines.exchange import queue

    if told:
        told(queue.backlog())


def _begin(environment):
    os.environ.update(environment)
    import django

    django.setup()


def _until_empty():
    return _alone(None)
