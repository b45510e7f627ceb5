"""Several processes at the queue at once, until it is empty (xử lý song song)."""

import multiprocessing
import os
import signal
import threading
import time
from contextlib import contextmanager

_LONGEST_PAUSE_S = 8


def see_through(message_ids, processes=1, *, told=None, pause_s=0.5, within_s=None):
    """Process until these messages are read, by us or by a worker of the house that has them.

    processes   the most to be started; where one batch is all there is, none is, for a process
                takes seconds to begin
    told        called with the number still unread, about twice a second; more seldom while others
                have them all, for whom the queue is asked less and less often
    within_s    how long at most, for ever when left out; a batch that is begun is finished first

    Returns     whether they are read

    What comes in meanwhile is left to the worker, and nobody waits for a message that could not be
    read and will be tried again later.
    """
    from haidang.engines.exchange import pipeline, queue

    until = None if within_s is None else time.monotonic() + within_s
    last = queue.last_of(message_ids)
    _tell(told, last)
    batches = -(-queue.unread(last) // pipeline.BATCH)
    work_off(min(processes, batches), told=told, last=last, pause_s=pause_s, until=until)
    pause = pause_s
    while queue.unread(last):
        if _is_over(until):
            return False
        _tell(told, last)
        if pipeline.process_pending():
            pause = pause_s
        else:
            time.sleep(pause if until is None else min(pause, max(0, until - time.monotonic())))
            pause = min(2 * pause, _LONGEST_PAUSE_S)
    return True


def work_off(processes=1, *, told=None, last=None, pause_s=0.5, until=None):
    """Process everything that waits, with that many processes; return how many messages.

    told      called with the number still waiting, about twice a second, for a progress bar
    last      number of the message that is the last to be waited for; all of them when left out
    until     moment of the monotonic clock after which no batch is begun

    Each worker is a process of its own with a connection of its own; SKIP LOCKED keeps them out
    of each other's way.
    """
    if processes <= 1:
        return _alone(told, last, until)
    spawn = multiprocessing.get_context("spawn")
    with _deaf_to_interrupts():
        pool = spawn.Pool(processes, initializer=_begin, initargs=(dict(os.environ),))
    with pool:
        results = [pool.apply_async(_until_empty, (last, until)) for _ in range(processes)]
        while not all(result.ready() for result in results):
            _tell(told, last)
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


def _alone(told, last, until):
    from haidang.engines.exchange import pipeline

    total = 0
    while not _is_over(until) and _waiting(last) and (done := pipeline.process_pending()):
        total += done
        _tell(told, last)
    return total


def _is_over(until):
    # The monotonic clock is one for all processes of a machine.
    return until is not None and time.monotonic() >= until


def _waiting(last):
    from haidang.engines.exchange import queue

    return last is None or queue.unread(last)


def _tell(told, last):
    from haidang.engines.exchange import queue

    if told:
        told(queue.backlog() if last is None else queue.unread(last))


def _begin(environment):
    os.environ.update(environment)
    import django

    django.setup()


def _until_empty(last, until):
    return _alone(None, last, until)
