"""The worker process: runs the loops that the parts of the house bring (`worker.LOOPS`).

Each loop is a thread of its own with its own database connection. A loop that fails says so in
the log and is tried again, later each time; nothing it was working on is lost, because a batch
is one transaction.
"""

import logging
import multiprocessing
import queue
import signal
import threading

import django
import psycopg
from django.db import close_old_connections, connection

from haidang.kernel import collector, room, terminal

log = logging.getLogger("haidang.worker")
_LONGEST_PAUSE_S = 60
_told = queue.SimpleQueue()  # the signals by which this process was told to stop


def main(processes=1):
    """Work until SIGTERM or Ctrl-C, in as many processes as asked."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, _stop)
    spawn = multiprocessing.get_context("spawn")
    others = [spawn.Process(target=_another, daemon=True) for _ in range(processes - 1)]
    for other in others:
        other.start()
    _work()
    for other in others:
        other.terminate()
        other.join(timeout=20)


def _another():
    """Work in a process beside the first; left to itself, it would tell a fault in words."""
    try:
        main()
    except Exception:
        log.exception("a worker ended by a fault")
        raise SystemExit(1) from None


def _stop(number, _frame):
    # A queue of this kind may be written to from here. Raising could leave a lock of the main thread
    # held for ever, and setting an event could wait for itself.
    terminal.stop_listening(signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    _told.put(number)


def _work():
    stopping, wakes, threads = room.STOPPING, {}, []
    try:
        django.setup()
        _start(stopping, wakes, threads)
        _told.get()
        log.info("stopping")
    finally:
        stopping.set()
        for wake in wakes.values():
            wake.set()
        for thread in threads:
            thread.join(timeout=30)


def _start(stopping, wakes, threads):
    """Start a thread for each loop, and one that listens for news."""
    from haidang.config import discovery

    loops = [loop for module in discovery.modules("worker") for loop in module.LOOPS]
    wakes |= {loop.name: threading.Event() for loop in loops}
    for loop in loops:
        turn = (loop, wakes[loop.name], stopping)
        threads.append(threading.Thread(target=_turn, args=turn, name=loop.name))
    threads.append(threading.Thread(target=_listen, args=(loops, wakes, stopping), name="listen"))
    collector.rest()
    for thread in threads:
        thread.start()


def _turn(loop, wake, stopping):
    failures = 0
    while not stopping.is_set():
        close_old_connections()
        try:
            done = loop.function()
            failures = 0
        except Exception:
            failures += 1
            done = 0
            log.exception(
                "a loop failed", extra={"facts": {"loop": loop.name, "times_in_a_row": failures}}
            )
        if not done:
            wake.wait(timeout=min(loop.every_s * 2**failures, _LONGEST_PAUSE_S))
            wake.clear()
    connection.close()


def _listen(loops, wakes, stopping):
    """Wake a loop when PostgreSQL says that there is news on its channel."""
    channels = {loop.channel for loop in loops if loop.channel}
    while channels and not stopping.is_set():
        try:
            with psycopg.connect(**_parameters(), autocommit=True) as listener:
                for channel in channels:
                    listener.execute(f"LISTEN {channel}")
                while not stopping.is_set():
                    for note in listener.notifies(timeout=1.0):
                        _wake(note.channel, loops, wakes)
        except psycopg.OperationalError:
            log.warning("the database does not answer; listening again in a moment")
            stopping.wait(2)


def _wake(channel, loops, wakes):
    for loop in loops:
        if loop.channel == channel:
            wakes[loop.name].set()


def _parameters():
    kept = connection.get_connection_params()
    return {
        name: kept[name]
        for name in ("dbname", "user", "host", "port", "password")
        if kept.get(name)
    }
