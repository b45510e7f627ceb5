"""Tampering, done for real by a superuser with triggers off, is found every time."""

import json
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.db import connection
from django.utils import timezone

from haidang.engines.ledger import api as ledger
from haidang.engines.ledger import checker, checking, console, heads, keys, merkle, tree
from haidang.engines.ledger.models import Check

pytestmark = pytest.mark.usefixtures("fresh_home")


@pytest.fixture
def sealed(book, nurse):
    """A ledger of 30 events and 20 looks under three heads."""
    for n in range(30):
        ledger.record("test.thing.done", by=nurse, about=f"Patient/{n}", facts={"n": n})
        if n % 10 == 0:
            ledger.seal()
    ledger.looked_many(by=nurse, about=[f"Patient/{n}" for n in range(20)], what="Danh sách")
    ledger.seal()
    return ledger


def kinds(report):
    return {fault.kind for fault in report.faults}


def first_seq(log="event"):
    found = ledger.events()[0] if log == "event" else ledger.looks_at("Patient/0")[0]
    return found.seq


def test_an_untouched_ledger_is_found_intact(sealed):
    report = ledger.verify()

    assert report.ok
    assert (report.checked, report.heads) == (50, 4)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("UPDATE ledger_event SET facts = '{\"n\": 99}' WHERE seq = %s", "changed"),
        ("UPDATE ledger_event SET by_ref = 'Practitioner/other' WHERE seq = %s", "changed"),
        ("UPDATE ledger_event SET at = at + interval '1 microsecond' WHERE seq = %s", "changed"),
        ("UPDATE ledger_event SET about = NULL WHERE seq = %s", "changed"),
        ("DELETE FROM ledger_event WHERE seq = %s", "removed"),
    ],
)
def test_a_changed_or_removed_event_is_found(sealed, superuser, change, expected):
    seq = first_seq()
    superuser(change, seq)

    (fault,) = ledger.verify().faults

    assert (fault.kind, fault.log, fault.seq) == (expected, "event", seq)


def test_a_look_made_to_vanish_is_found(sealed, superuser):
    seq = first_seq("look")
    superuser("DELETE FROM ledger_look WHERE seq = %s", seq)

    (fault,) = ledger.verify().faults

    assert (fault.kind, fault.log, fault.seq) == ("removed", "look", seq)


def test_a_row_slipped_in_is_found(sealed, superuser):
    superuser(
        "INSERT INTO ledger_event (name, by_ref, by_name, facts)"
        " VALUES ('test.thing.done', 'Practitioner/nurse', 'Lan', '{}')"
    )

    assert kinds(ledger.verify()) == {"inserted"}


def test_a_row_removed_while_it_waits_is_found(sealed, superuser, nurse):
    seq = ledger.record("test.thing.done", by=nurse)
    superuser("DELETE FROM ledger_event WHERE seq = %s", seq)

    assert kinds(ledger.verify()) == {"removed"}
    ledger.seal()
    assert kinds(ledger.verify()) == {"removed"}


def test_a_change_with_its_leaf_made_to_fit_is_found(sealed, superuser):
    seq = first_seq()
    superuser("UPDATE ledger_event SET facts = '{\"n\": 99}' WHERE seq = %s", seq)
    entry = heads._entry(tree.LOGS["event"], seq)
    leaf = merkle.leaf_hash(checker.entry_bytes(entry))
    superuser("UPDATE ledger_leaf SET hash = %s WHERE log = 0 AND seq = %s", leaf, seq)

    assert "root" in kinds(ledger.verify())


def test_a_whole_tree_made_to_fit_fails_at_the_signature(sealed, superuser):
    seq = ledger.events(limit=100)[-1].seq
    superuser("UPDATE ledger_event SET facts = '{\"n\": 99}' WHERE seq = %s", seq)
    leaf = merkle.leaf_hash(checker.entry_bytes(heads._entry(tree.LOGS["event"], seq)))
    superuser("UPDATE ledger_leaf SET hash = %s WHERE log = 0 AND seq = %s", leaf, seq)
    for head in ledger.heads():
        root = merkle.root(tree.Kept(), head.size)
        superuser("UPDATE ledger_head SET root = %s WHERE size = %s", root, head.size)

    assert {"signature", "witness"} <= kinds(ledger.verify())


def test_an_end_cut_off_with_its_heads_is_found_by_the_witness(sealed, superuser):
    for table in ("ledger_leaf", "ledger_event", "ledger_look"):
        column = "idx" if table == "ledger_leaf" else "seq"
        superuser(f"DELETE FROM {table} WHERE {column} > 21")
    superuser("DELETE FROM ledger_leaf WHERE idx >= 21")
    superuser("DELETE FROM ledger_head WHERE size > 21")

    assert "witness" in kinds(ledger.verify())


def test_a_hole_in_the_tree_is_found(sealed, superuser):
    superuser("DELETE FROM ledger_leaf WHERE idx = 7")

    assert "leaf_missing" in kinds(ledger.verify())


def test_a_head_signed_with_another_key_is_found(sealed, fresh_home):
    for file in (fresh_home / "keys").iterdir():
        file.unlink()

    assert kinds(ledger.verify()) == {"unknown_key"}


def test_an_earlier_key_kept_beside_the_new_one_still_counts(sealed, fresh_home):
    folder = fresh_home / "keys"
    (folder / "ledger-ed25519.pub").rename(folder / "ledger-2025.pub")
    (folder / "ledger-ed25519.pem").unlink()

    assert ledger.verify().ok


def test_a_head_kept_elsewhere_must_still_hold(sealed, superuser):
    saved = ledger.head().as_dict()
    assert ledger.verify(saved=saved).ok

    assert "saved_head" in kinds(ledger.verify(saved=saved | {"root": "00" * 32}))
    assert "saved_head" in kinds(ledger.verify(saved=saved | {"size": 5000}))


def test_nodes_of_many_leaves_carry_the_same_root(book, nurse, superuser):
    for _ in range(3):
        ledger.record_many([ledger.Entry("test.thing.done")] * 700, by=nurse)
        ledger.seal()

    assert tree.size() == 2100
    assert ledger.verify().ok
    superuser("UPDATE ledger_node SET hash = %s WHERE level = 1 AND idx = 3", bytes(32))
    assert kinds(ledger.verify()) == {"nodes"}


def test_proofs_hold_for_the_standalone_checker(sealed, nurse):
    head = ledger.head()
    old = ledger.heads()[-1]
    seq = first_seq("look")

    proof = ledger.inclusion_proof("look", seq)
    steps = ledger.consistency_proof(old.size, head.size)

    leaf = checker.leaf_hash(checker.entry_bytes(proof.entry))
    assert proof.entry["about"] == "Patient/0"
    assert checker.includes(leaf, proof.index, proof.size, proof.path, head.root)
    assert checker.extends(old.size, old.root, head.size, head.root, steps)
    assert checker.signed(head.as_dict(), keys.public_pem())
    assert not checker.signed(head.as_dict() | {"size": 1}, keys.public_pem())


def test_a_head_without_news_is_not_signed_again(sealed):
    assert ledger.seal() == ledger.head()
    assert len(ledger.heads()) == 4


def test_the_private_key_is_for_its_owner_alone(sealed, fresh_home):
    assert (fresh_home / "keys" / "ledger-ed25519.pem").stat().st_mode & 0o777 == 0o600


def test_the_command_says_what_is_wrong(sealed, superuser):
    assert (
        "Everything is as it was written" in CliRunner().invoke(console.command, ["verify"]).output
    )
    superuser("DELETE FROM ledger_event WHERE seq = %s", first_seq())

    result = CliRunner().invoke(console.command, ["verify", "--json"])

    assert result.exit_code == 1
    assert json.loads(result.output)["faults"][0]["kind"] == "removed"


def test_the_checker_needs_nothing_of_ours(sealed, tmp_path):
    proof = ledger.inclusion_proof("event", first_seq())
    (tmp_path / "checker.py").write_bytes(Path(checker.__file__).read_bytes())
    (tmp_path / "key.pem").write_bytes(keys.public_pem())
    (tmp_path / "head.json").write_text(json.dumps(ledger.head().as_dict()))
    (tmp_path / "proof.json").write_text(json.dumps(proof.as_dict()))

    done = subprocess.run(
        [sys.executable, "-I", "checker.py", "head.json", "key.pem", "proof.json"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stderr
    assert "holds" in done.stdout


def test_a_verification_killed_with_its_worker_is_run_again(book, nurse):
    ledger.ask_to_verify(by=nurse)
    Check.objects.update(started_at=timezone.now() - timedelta(hours=1))
    assert ledger.run_verifications() == 0
    Check.objects.update(started_at=timezone.now() - timedelta(hours=3))

    assert ledger.run_verifications() == 1
    assert [one.ok for one in ledger.verifications()] == [True]


def test_the_ledger_is_verified_once_a_day_by_itself(book):
    assert ledger.run_verifications() == 1
    assert ledger.run_verifications() == 0
    Check.objects.update(asked_at=timezone.now() - timedelta(hours=25))

    assert ledger.run_verifications() == 1
    assert {one.by_name for one in ledger.verifications()} == {"Hải Đăng"}


def test_writers_and_sealers_at_once_leave_one_tree(book, nurse):
    def write(number):
        for n in range(60):
            ledger.record("test.thing.done", by=nurse, facts={"n": [number, n]})
            ledger.looked(by=nurse, about=f"Patient/{number}", what=str(n))
        connection.close()

    def sign():
        while not finished.is_set():
            ledger.seal()
        connection.close()

    finished = threading.Event()
    writers = [threading.Thread(target=write, args=(n,)) for n in range(3)]
    sealers = [threading.Thread(target=sign) for _ in range(2)]
    for thread in [*writers, *sealers]:
        thread.start()
    for thread in writers:
        thread.join()
    finished.set()
    for thread in sealers:
        thread.join()
    newest = ledger.seal()

    report = ledger.verify()
    assert report.ok
    assert report.checked == newest.size == 360
    for old in ledger.heads(limit=500):
        proof = ledger.consistency_proof(old.size, newest.size)
        assert checker.extends(old.size, old.root, newest.size, newest.root, proof)


def test_a_ledger_that_grows_while_it_is_verified_is_intact(sealed, nurse, monkeypatch):
    real = checking._check_rows

    def grow_meanwhile(*known):
        def more():
            ledger.record("test.thing.done", by=nurse)
            ledger.seal()
            ledger.record("test.thing.done", by=nurse)
            connection.close()

        thread = threading.Thread(target=more)
        thread.start()
        thread.join()
        real(*known)

    monkeypatch.setattr(checking, "_check_rows", grow_meanwhile)

    report = ledger.verify()

    assert report.ok
    assert (report.checked, report.heads) == (50, 4)


@pytest.mark.parametrize("line", ["", "{", "[]", '{"size": 3}', "null"])
def test_a_spoilt_witness_is_a_fault_and_no_crash(sealed, line):
    with heads.witness_file(ledger.head().log_id).open("a") as file:
        file.write(line + "\n")

    assert kinds(ledger.verify()) == {"witness"}


@pytest.mark.parametrize("content", [b"not json", b"\xff\xfe", b"[]", b'{"size": "many"}'])
def test_a_saved_head_that_cannot_be_read_is_told(db, tmp_path, content):
    (tmp_path / "head.json").write_bytes(content)

    result = CliRunner().invoke(
        console.command, ["verify", "--json", "--head", str(tmp_path / "head.json")]
    )

    assert result.exit_code == 2
    assert json.loads(result.stdout)["error"]["code"] == "ledger.head_unreadable"
