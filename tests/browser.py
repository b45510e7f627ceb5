"""Debian's Chromium, as every test that looks at pages starts it."""

import shutil

#: The build without windows is the same browser for half the processor time.
_KINDS = ("chromium-headless-shell", "chromium")
_OPTIONS = ["--no-sandbox", "--disable-background-networking", "--disable-gpu"]


def launch(playwright):
    """A browser; the caller closes it."""
    path = next(filter(None, map(shutil.which, _KINDS)))
    return playwright.chromium.launch(executable_path=path, args=_OPTIONS)
