"""Joins icons into one SVG sprite: the ones that pages name, and our own drawings.

Line icons come from the lucide package at build time; drawings of our own lie in icons/ and
win over a package icon of the same name. `names.txt` lists icons whose names are computed.
"""

import re
from pathlib import Path

HERE = Path(__file__).resolve().parent
PACKAGE = HERE.parent

_IN_TEMPLATE = re.compile(r"""\{%\s*icon\s+["']([a-z0-9-]+)["']|icon=["']([a-z0-9-]+)["']""")
_IN_CODE = re.compile(r"""icon=["']([a-z0-9-]+)["']""")
_BODY = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
_VIEW_BOX = re.compile(r'viewBox="([^"]+)"')


def names():
    """Every icon name that the list, a template or a room's menu mentions."""
    found = set((HERE / "icons" / "names.txt").read_text().split())
    for path in PACKAGE.glob("**/templates/**/*.html"):
        found |= {a or b for a, b in _IN_TEMPLATE.findall(path.read_text())}
    for path in PACKAGE.glob("**/room.py"):
        found |= set(_IN_CODE.findall(path.read_text()))
    return sorted(found)


def source(name, package_icons):
    """The file that draws an icon, or None when there is no such icon."""
    candidates = (HERE / "icons" / f"{name}.svg", Path(package_icons) / f"{name}.svg")
    return next((path for path in candidates if path.exists()), None)


def draw(package_icons):
    """The sprite as text; unknown names are left out (a guard test names them)."""
    files = ((name, source(name, package_icons)) for name in names())
    symbols = "".join(_symbol(name, path.read_text()) for name, path in files if path)
    return f'<svg xmlns="http://www.w3.org/2000/svg">{symbols}</svg>\n'


def _symbol(name, text):
    body = re.sub(r"\s*\n\s*", "", _BODY.search(text).group(1))
    box = _VIEW_BOX.search(text).group(1)
    return f'<symbol id="{name}" viewBox="{box}">{body}</symbol>'
