"""Several processes at the queue at once, until it is empty (xử lý song song)."""

import multiprocessing
import os
import signal
import threading
import time
from contextlib import contextmanager


def work_off(processes=1, *, told=None, pause_s=0.5):
    """Process everything that waits, with that many processes; return how many messages.

    told      called with the number still waiting, about twice a second, for a progress bar

    Each worker is a process of its own with a connection of its own; SKIP LOCKED keeps them out
    of each other's way.
    """
    if processes <= 1:
        return _alone(told)
    spawn = multiprocessing.get_context("spawn")
    with _deaf_to_interrupts():
        pool = spawn.Pool(processes, initializer=_begin, initargs=(dict(os.environ),))
    with pool:
        results = [pool.apply_async(_until_empty) for _ in range(processes)]
        while not all(result.ready() for result in results):
            _tell(told)
            time.sleep(pause_s)
        return sum(result.get() for result in results)


@contextmanager
def _deaf_to_interrupts():
    """Ctrl-C reaches every process of a terminal: ours ends the workers, which are born deaf to it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


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
