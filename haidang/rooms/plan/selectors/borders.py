"""Borders of the communes as paths of a drawing: projected, simplified, islands kept.

Made once after a load of borders and kept in memory; the page adds colours. A unit far out at sea,
which would leave the land no room, is drawn larger in a frame of its own.
"""

import math
from dataclasses import dataclass

from haidang.engines.places import api as places

WIDTH = 1000
_EDGE = 12
_TOLERANCE = 1.1  # units of the drawing; 1.000 are the width of the page
_LETTER, _LINE = 9.2, 20  # of the names on the map
_FAR = 0.25  # share of the drawing that a unit alone takes up by its distance
_FRAME = 130


@dataclass(frozen=True)
class Outline:
    """One unit: its path, and where its name fits (None where it does not)."""

    path: str
    name: str
    label: tuple | None


@dataclass(frozen=True)
class Drawing:
    """All units by code, the height, and frames (x, y, size, name) of those far out."""

    outlines: dict
    height: int
    frames: tuple


_kept = (None, None)


def drawing():
    """The drawing of the borders that are loaded, or None when none are."""
    global _kept
    version = places.borders_version()
    if _kept[0] != version:
        features = places.borders()["features"]
        _kept = (version, _drawn(features) if features else None)
    return _kept[1]


def _drawn(features):
    shapes = {f["id"]: _rings(f["geometry"]) for f in features}
    names = {f["id"]: f["properties"]["name"] for f in features}
    far = _far(shapes)
    west, south, east, north = _box(shapes[code] for code in shapes if code not in far)
    flat = math.cos(math.radians((south + north) / 2))
    scale = (WIDTH - 2 * _EDGE) / ((east - west) * flat)
    height = round((north - south) * scale + 2 * _EDGE)
    land = _Projection(west, north, scale * flat, scale, _EDGE, _EDGE)
    paths = {code: [land.ring(r) for r in shapes[code]] for code in shapes if code not in far}
    frames = []
    for number, code in enumerate(sorted(far)):
        x, y = _corner(paths.values(), height, number)
        paths[code] = [_framed(shapes[code], flat, x, y).ring(r) for r in shapes[code]]
        frames.append((x, y, _FRAME, names[code]))
    labels = _labels({code: paths[code] for code in paths if code not in far}, names)
    outlines = {code: Outline(_path(paths[code]), names[code], labels.get(code)) for code in paths}
    return Drawing(outlines, height, tuple(frames))


def _rings(geometry):
    polygons = geometry["coordinates"]
    return [ring for polygon in (polygons if geometry["type"] == "MultiPolygon" else [polygons]) for ring in polygon]  # fmt: skip


def _box(shapes):
    points = [point for rings in shapes for ring in rings for point in ring]
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return min(xs), min(ys), max(xs), max(ys)


def _far(shapes):
    """The units without which the drawing would be much smaller."""
    boxes = {code: _box([rings]) for code, rings in shapes.items()}
    whole = _area(boxes.values())
    return {
        code
        for code in boxes
        if len(boxes) > 2 and _area([b for c, b in boxes.items() if c != code]) < whole * (1 - _FAR)
    }


def _area(boxes):
    wests, souths, easts, norths = zip(*boxes, strict=True)
    return (max(easts) - min(wests)) * (max(norths) - min(souths))


@dataclass(frozen=True)
class _Projection:
    """Degrees to the drawing; over one city a plane is true enough."""

    west: float
    north: float
    across: float
    down: float
    left: float
    top: float

    def ring(self, ring):
        points = [(self.left + (x - self.west) * self.across, self.top + (self.north - y) * self.down) for x, y, *_ in ring]  # fmt: skip
        return _simple(points)


def _corner(paths, height, number):
    """Where a frame covers least of the land: one of the corners, further in for a second frame."""
    points = [point for rings in paths for ring in rings for point in ring]
    step = number * (_FRAME + 4)
    corners = [(x, y) for x in (WIDTH - _FRAME - 4, 4) for y in (height - _FRAME - 4 - step, 4 + step)]  # fmt: skip

    def covered(corner):
        return sum(0 <= x - corner[0] <= _FRAME and 0 <= y - corner[1] <= _FRAME for x, y in points)

    return min(corners, key=covered)


def _framed(rings, flat, x, y):
    west, south, east, north = _box([rings])
    scale = (_FRAME - 48) / max((east - west) * flat, north - south)
    return _Projection(west, north, scale * flat, scale, x + 24, y + 12)


def _simple(points):
    """A ring with the points that its shape needs (Douglas and Peucker), whole numbers."""
    far = max(range(len(points)), key=lambda n: math.dist(points[0], points[n]))
    kept = [*_between(points[: far + 1]), *_between(points[far:])]
    rounded = [(round(x), round(y)) for x, y in kept]
    return [p for n, p in enumerate(rounded) if n == 0 or p != rounded[n - 1]]


def _between(points):
    """From the first point to before the last."""
    if len(points) < 3:
        return points[:1]
    (x1, y1), (x2, y2) = points[0], points[-1]
    length = math.dist(points[0], points[-1]) or 1e-9
    off = [abs((x2 - x1) * (y1 - y) - (x1 - x) * (y2 - y1)) / length for x, y in points[1:-1]]
    most = max(range(len(off)), key=off.__getitem__)
    if off[most] <= _TOLERANCE:
        return points[:1]
    return [*_between(points[: most + 2]), *_between(points[most + 1 :])]


def _path(rings):
    return "".join(_ring_path(ring) for ring in rings)


def _ring_path(ring):
    """Steps from point to point; an island too small for its shape stays as a speck."""
    (x, y), *rest = ring
    if len(set(ring)) < 3:
        return f"M{x} {y}h2v2h-2z"
    steps, here = [], (x, y)
    for point in rest:
        if point != here:
            steps.append(f"{point[0] - here[0]} {point[1] - here[1]}")
        here = point
    return f"M{x} {y}l{' '.join(steps)}z".replace(" -", "-")


def _labels(paths, names):
    """Where names fit: the largest units first, none over another."""
    sized = {code: max(rings, key=_ring_area) for code, rings in paths.items()}
    found, taken = {}, []
    for code in sorted(sized, key=lambda c: -_ring_area(sized[c])):
        ring, width = sized[code], len(names[code]) * _LETTER
        wide = max(x for x, _y in ring) - min(x for x, _y in ring)
        x, y = _middle(ring)
        box = (x - width / 2, y - _LINE / 2, x + width / 2, y + _LINE / 2)
        apart = all(box[2] < b[0] or b[2] < box[0] or box[3] < b[1] or b[3] < box[1] for b in taken)
        if width <= wide * 1.05 and apart and box[0] > 0 and box[2] < WIDTH:
            found[code] = (round(x), round(y) + 5)
            taken.append(box)
    return found


def _ring_area(ring):
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, [*ring[1:], ring[0]], strict=True))) / 2  # fmt: skip


def _middle(ring):
    """The centre of a ring's area."""
    pairs = list(zip(ring, [*ring[1:], ring[0]], strict=True))
    cross = [a[0] * b[1] - b[0] * a[1] for a, b in pairs]
    whole = sum(cross) * 3
    if not whole:
        return ring[0]
    x = sum((a[0] + b[0]) * c for (a, b), c in zip(pairs, cross, strict=True)) / whole
    y = sum((a[1] + b[1]) * c for (a, b), c in zip(pairs, cross, strict=True)) / whole
    return x, y
