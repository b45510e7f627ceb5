"""Each kind of bad file gets the answer it should, and no exception."""

import pytest

from haidang.engines.exchange.adapters.claims import lists, reader, validate
from simulators.his import faults

FAULTS = list(faults.every(1))


def judged(content):
    file = reader.read(content)
    found = [p for dossier in file.dossiers for p in validate.check(dossier, lists.shipped())]
    return file, found


@pytest.mark.parametrize("fault", FAULTS, ids=[fault.name for fault in FAULTS])
def test_a_fault_is_found_and_judged(fault):
    file, found = judged(fault.content)
    problems = [*file.problems, *found]

    assert set(fault.expects) <= {problem.code for problem in problems}
    assert fault.refused == any(problem.is_error for problem in problems)
    assert all(problem.vi and problem.action_vi for problem in problems)


def test_one_alone_is_as_it_is_among_all():
    assert [faults.one(name) for name in faults.names()[:9]] == FAULTS[:9]


def test_what_is_spoilt_was_good_before():
    for dossier in faults._good(1):
        assert validate.check(dossier, lists.shipped()) == []


def test_every_half_of_a_file_is_answered():
    whole = faults._file(faults._good(1)[:1])

    for cut in range(0, len(whole) - 2, 97):
        file, _ = judged(whole[:cut])
        assert not file.is_readable


def test_every_flipped_byte_is_answered():
    whole = bytearray(faults._file(faults._good(1)[:1]))

    for at in range(0, len(whole), 211):
        spoilt = bytes(whole[:at]) + bytes([whole[at] ^ 0x15]) + bytes(whole[at + 1 :])
        file, found = judged(spoilt)
        assert file.problems or found or file.dossiers
