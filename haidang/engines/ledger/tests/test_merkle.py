"""The tree against RFC 6962's own words, its published vectors and the checker."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from haidang.engines.ledger import checker, merkle

# The eight entries and roots used by the reference implementation of RFC 6962
# (certificate-transparency, merkletree tests), for tree sizes 1 to 8.
ENTRIES = [
    bytes.fromhex(text)
    for text in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def mth(entries):
    """MTH of RFC 6962, section 2.1, word for word."""
    if not entries:
        return hashlib.sha256(b"").digest()
    if len(entries) == 1:
        return hashlib.sha256(b"\x00" + entries[0]).digest()
    k = merkle.split(len(entries))
    return hashlib.sha256(b"\x01" + mth(entries[:k]) + mth(entries[k:])).digest()


def tree_of(count):
    entries = [f"entry {i}".encode() for i in range(count)]
    return entries, merkle.Hashes([merkle.leaf_hash(entry) for entry in entries])


def test_the_published_vectors_come_out():
    source = merkle.Hashes([merkle.leaf_hash(entry) for entry in ENTRIES])

    assert [merkle.root(source, size).hex() for size in range(1, 9)] == ROOTS


def test_an_empty_tree_has_the_hash_of_nothing():
    assert merkle.root(merkle.Hashes([]), 0) == mth([])


@pytest.mark.parametrize("size", [1, 2, 3, 7, 255, 256, 257, 511, 512, 700])
def test_the_root_is_that_of_the_rfc(size):
    entries, source = tree_of(size)

    assert merkle.root(source, size) == mth(entries)


def test_a_growing_stack_has_the_same_roots():
    entries, source = tree_of(300)
    stack = merkle.Stack()

    for size, entry in enumerate(entries, 1):
        stack.add(merkle.leaf_hash(entry))
        assert stack.root() == merkle.root(source, size)


def test_every_inclusion_proof_of_small_trees_holds_and_no_other():
    for size in range(1, 34):
        entries, source = tree_of(size)
        root = merkle.root(source, size)
        for index in range(size):
            path = merkle.inclusion(source, index, size)
            leaf = merkle.leaf_hash(entries[index])
            assert checker.includes(leaf, index, size, path, root)
            assert not checker.includes(merkle.leaf_hash(b"other"), index, size, path, root)
            assert not checker.includes(leaf, (index + 1) % size, size, path, root) or size == 1
            assert not checker.includes(leaf, index, size, [*path, root], root)


def test_every_consistency_proof_of_small_trees_holds_and_no_other():
    for new in range(1, 34):
        _entries, source = tree_of(new)
        new_root = merkle.root(source, new)
        for old in range(1, new + 1):
            old_root = merkle.root(source, old)
            proof = merkle.consistency(source, old, new)
            assert checker.extends(old, old_root, new, new_root, proof)
            assert not checker.extends(old, mth([b"forged"]), new, new_root, proof)
            assert not checker.extends(old, old_root, new, mth([b"forged"]), proof)
            if proof:
                assert not checker.extends(old, old_root, new, new_root, proof[:-1])


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_proofs_of_large_trees_hold(data):
    new = data.draw(st.integers(2, 3000))
    old, index = data.draw(st.integers(1, new)), data.draw(st.integers(0, new - 1))
    entries, source = tree_of(new)
    root = merkle.root(source, new)

    path = merkle.inclusion(source, index, new)
    proof = merkle.consistency(source, old, new)

    assert checker.includes(merkle.leaf_hash(entries[index]), index, new, path, root)
    assert checker.extends(old, merkle.root(source, old), new, root, proof)


def test_a_leaf_outside_the_tree_has_no_proof():
    _entries, source = tree_of(5)

    with pytest.raises(ValueError, match="not in a tree"):
        merkle.inclusion(source, 5, 5)
    with pytest.raises(ValueError, match="cannot come before"):
        merkle.consistency(source, 6, 5)
