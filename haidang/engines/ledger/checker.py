"""Check proofs of the ledger without the ledger: standard library and `cryptography`, no Django.

An auditor copies this file, the public key, two signed tree heads and the proofs, and needs
nothing else. The algorithms are those of RFC 9162, sections 2.1.3.2 and 2.1.4.2 (the hashes are
those of RFC 6962).
"""

import base64
import hashlib
import json
import sys

NOTE = "haidang-ledger/v1\n{log_id}\n{size}\n{root}\n{at}\n"


def head_note(log_id, size, root, at):
    """Return the bytes that a tree head's signature covers.

    root      bytes; written in Base64
    at        ISO 8601 in UTC with microseconds, as in the head itself
    """
    text = NOTE.format(log_id=log_id, size=size, root=base64.b64encode(root).decode(), at=at)
    return text.encode()


def entry_bytes(entry):
    """Return the canonical bytes of an entry (a dict): JSON, sorted keys, no spaces, UTF-8."""
    return json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def leaf_hash(data):
    """Return the hash of an entry's bytes."""
    return hashlib.sha256(b"\x00" + data).digest()


def includes(leaf, index, size, path, root):
    """Return whether `path` proves that `leaf` (a hash) stands at `index` under `root`."""
    if not 0 <= index < size:
        return False
    position, last, found = index, size - 1, leaf
    for step in path:
        if last == 0:
            return False
        if position & 1 or position == last:
            found = _node(step, found)
            position, last = _up_from_right(position, last)
        else:
            found = _node(found, step)
        position, last = position >> 1, last >> 1
    return last == 0 and found == root


def extends(old_size, old_root, new_size, new_root, proof):
    """Return whether `proof` shows that the old tree is the beginning of the new one."""
    if old_size == new_size:
        return not proof and old_root == new_root
    if old_size == 0:
        return not proof
    if not 0 < old_size < new_size:
        return False
    steps = [old_root, *proof] if old_size & (old_size - 1) == 0 else list(proof)
    return bool(steps) and _climb(steps, old_size, new_size) == (old_root, new_root)


def _climb(steps, old_size, new_size):
    position, last = old_size - 1, new_size - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    old, new = steps[0], steps[0]
    for step in steps[1:]:
        if last == 0:
            return None
        if position & 1 or position == last:
            old, new = _node(step, old), _node(step, new)
            position, last = _up_from_right(position, last)
        else:
            new = _node(new, step)
        position, last = position >> 1, last >> 1
    return (old, new) if last == 0 else None


def _up_from_right(position, last):
    while position and not position & 1:
        position, last = position >> 1, last >> 1
    return position, last


def _node(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def signed(head, public_key):
    """Return whether a head (a dict as downloaded) carries a good signature of `public_key`.

    public_key    PEM bytes of an Ed25519 public key
    """
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    note = head_note(head["log_id"], head["size"], bytes.fromhex(head["root"]), head["at"])
    try:
        load_pem_public_key(public_key).verify(bytes.fromhex(head["signature"]), note)
    except InvalidSignature:
        return False
    return True


def main(head_file, key_file, proof_file):
    """Check a downloaded head and inclusion proof; exit with 0 when both hold."""
    with open(head_file) as file:
        head = json.load(file)
    with open(proof_file) as file:
        proof = json.load(file)
    with open(key_file, "rb") as file:
        ours = signed(head, file.read())
    path = [bytes.fromhex(step) for step in proof["path"]]
    leaf = leaf_hash(entry_bytes(proof["entry"]))
    root = bytes.fromhex(head["root"])
    fits = proof["size"] == head["size"] and includes(
        leaf, proof["index"], proof["size"], path, root
    )
    print("The signature", "holds." if ours else "DOES NOT HOLD.")
    print("The entry", "holds." if fits else "DOES NOT HOLD.")
    return 0 if ours and fits else 1


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit("python checker.py HEAD.json KEY.pem PROOF.json")
    sys.exit(main(*sys.argv[1:]))
