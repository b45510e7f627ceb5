"""The rows of the side tables of a set of resources, as packed columns."""

from haidang.engines.records import binary

_PACKERS = {
    "dates": (binary.int8s, binary.moments, binary.moments, binary.int8s),
    "quantities": (
        binary.int8s, binary.floats, binary.floats, binary.int8s, binary.int8s, binary.int8s,
    ),
    "strings": (binary.int8s, binary.texts, binary.int8s),
}  # fmt: skip
TABLES = tuple(_PACKERS)


def packed(table, rows):
    """Rows of one table as the parameters of its statement."""
    return [
        pack(column) for pack, column in zip(_PACKERS[table], zip(*rows, strict=True), strict=True)
    ]


def of(table, found, rid):
    """The distinct rows of one resource in one table."""
    return {(*row, rid) for row in getattr(found, table)}
