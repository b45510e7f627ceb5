"""The Merkle tree of RFC 6962, section 2.1, as pure functions over a source of hashes.

A source answers `nodes(level, first, count)`: hashes of complete subtrees of 256**level leaves.
Level 0 are the leaves' own hashes. The shape of the tree is the RFC's; the source decides how
much of it is kept.
"""

import hashlib

EMPTY = hashlib.sha256(b"").digest()
FANOUT_BITS = 8


def leaf_hash(data):
    """Return the hash of one entry: the prefix 0x00 keeps leaves and nodes apart."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left, right):
    """Return the hash of an inner node: the prefix 0x01 and its two children."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Hashes:
    """A source held in memory: a plain list of leaf hashes."""

    def __init__(self, hashes):
        self._hashes = hashes

    def nodes(self, level, first, count):
        """Return `count` subtree hashes of one level; see the module."""
        width = 1 << (FANOUT_BITS * level)
        spans = (self._hashes[i * width : (i + 1) * width] for i in range(first, first + count))
        return [fold(list(span)) for span in spans]


def fold(hashes):
    """Return the root of a complete subtree whose leaves or nodes are `hashes` (a power of two)."""
    while len(hashes) > 1:
        pairs = zip(hashes[::2], hashes[1::2], strict=True)
        hashes = [node_hash(left, right) for left, right in pairs]
    return hashes[0]


def root(source, size):
    """Return MTH(D[size]), the root over the first `size` leaves."""
    return EMPTY if size == 0 else _span(source, 0, size)


def inclusion(source, index, size):
    """Return PATH(index, D[size]): the hashes that lead from leaf `index` to the root.

    Raises    ValueError when the leaf is not among the first `size`
    """
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size}")
    return list(_path(source, index, 0, size))


def consistency(source, old, new):
    """Return PROOF(old, D[new]): that the tree of `old` leaves is the beginning of that of `new`.

    Raises    ValueError when old is not within 0..new
    """
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {old} cannot come before a tree of {new}")
    if old in (0, new):
        return []
    return list(_subproof(source, old, 0, new, whole=True))


def split(size):
    """Return the largest power of two smaller than `size`."""
    return 1 << ((size - 1).bit_length() - 1)


def _span(source, start, size):
    if size & (size - 1) == 0:
        return _complete(source, start, size)
    left = split(size)
    return node_hash(_complete(source, start, left), _span(source, start + left, size - left))


def _complete(source, start, size):
    level, bits = divmod(size.bit_length() - 1, FANOUT_BITS)
    count = 1 << bits
    return fold(source.nodes(level, start >> (FANOUT_BITS * level), count))


def _path(source, index, start, size):
    if size == 1:
        return
    left = split(size)
    if index < left:
        yield from _path(source, index, start, left)
        yield _span(source, start + left, size - left)
    else:
        yield from _path(source, index - left, start + left, size - left)
        yield _span(source, start, left)


def _subproof(source, old, start, size, *, whole):
    if old == size:
        if not whole:
            yield _span(source, start, size)
        return
    left = split(size)
    if old <= left:
        yield from _subproof(source, old, start, left, whole=whole)
        yield _span(source, start + left, size - left)
    else:
        yield from _subproof(source, old - left, start + left, size - left, whole=False)
        yield _span(source, start, left)


class Stack:
    """The root of a growing tree in logarithmic memory, for reading a log from end to end."""

    def __init__(self):
        self.size = 0
        self._peaks = []

    def add(self, leaf):
        """Append one leaf hash."""
        self._peaks.append(leaf)
        self.size += 1
        for _ in range((self.size & -self.size).bit_length() - 1):
            right, left = self._peaks.pop(), self._peaks.pop()
            self._peaks.append(node_hash(left, right))

    def root(self):
        """Return the root over everything added so far."""
        if not self._peaks:
            return EMPTY
        result = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            result = node_hash(peak, result)
        return result
