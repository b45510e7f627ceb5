"""pyHanko speaks asyncio; the rest of the house does not."""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor

# It tells at length, with tracebacks, what a stranger's file does wrong; the report says it once.
for _name in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)


def run(coroutine):
    """Run a coroutine to its end, also where a loop is running in this thread already."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(coroutine)
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()
