"""The rules of who is who, one line a case."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haidang.engines.people import matching
from haidang.engines.people.candidate import Candidate
from haidang.kernel import systems

AN = {
    "name": "Nguyễn Văn An",
    "birth_date": "1970-05-14",
    "sex": "male",
    "phone": "0912345678",
    "commune": "11311",
}
ID = (systems.CITIZEN_ID, "031070000001")
OTHER_ID = (systems.CITIZEN_ID, "031070000002")
CARD = (systems.INSURANCE_CARD, "GD4313199000001")
NEXT_CARD = (systems.INSURANCE_CARD, "HT3313199000001")
SOCIAL = (systems.SOCIAL_INSURANCE, "3199000001")
OLD = (systems.OLD_ID_CARD, "031000001")
MRN = (systems.mrn("31001"), "BN0001")
SAME_NUMBER_ELSEWHERE = (systems.mrn("31002"), "BN0001")


def traits(*identifiers, **changes):
    return Candidate(**{**AN, "identifiers": identifiers, **changes}).traits


def stranger(*identifiers, **changes):
    other = {"name": "Trần Thị Bình", "birth_date": "1985-01-02", "sex": "female"}
    return traits(*identifiers, **{**other, "phone": None, "commune": None, **changes})


CASES = [
    # the twelve-digit number
    ("one number, one person", [ID], [ID], {}, "link", "citizen"),
    ("written with spaces", [ID], [(ID[0], "031 070 000 001")], {}, "link", "citizen"),
    ("name typed without marks", [ID], [ID], {"name": "NGUYEN VAN AN"}, "link", "citizen"),
    ("middle name left out", [ID], [ID], {"name": "Nguyễn An"}, "link", "citizen"),
    ("another day of the same year", [ID], [ID], {"birth_date": "1970-05-15"}, "link", "citizen"),
    ("only the year is known", [ID], [ID], {"birth_date": "1970"}, "link", "citizen"),
    ("last day of the year before", [ID], [ID], {"birth_date": "1969-12-31"}, "review", "citizen.contradicted"),
    ("first day of the year after", [ID], [ID], {"birth_date": "1971-01-01"}, "review", "citizen.contradicted"),
    ("another sex", [ID], [ID], {"sex": "female"}, "review", "citizen.contradicted"),
    ("sex not told", [ID], [ID], {"sex": "unknown"}, "link", "citizen"),
    ("another name", [ID], [ID], {"name": "Trần Văn Bình"}, "review", "citizen.contradicted"),
    ("a newborn under the mother's number", [ID], [ID], {"birth_date": "2026-01-05"}, "review", "citizen.contradicted"),
    ("two numbers, all else alike", [ID], [OTHER_ID], {}, "none", "citizen.different"),
    ("two numbers on one card", [ID, CARD], [OTHER_ID, CARD], {}, "review", "citizen.two_numbers"),
    ("two numbers, one file number", [ID, MRN], [OTHER_ID, MRN], {}, "none", "citizen.different"),
    # insurance cards
    ("one card", [CARD], [CARD], {}, "link", "card"),
    ("the card was renewed", [CARD], [NEXT_CARD], {}, "link", "card"),
    ("the ten digits of the card", [CARD], [SOCIAL], {}, "link", "card"),
    ("the card of somebody else", [CARD], [CARD], {"name": "Trần Văn Bình"}, "review", "card.contradicted"),
    ("one card, another day of birth", [CARD], [CARD], {"birth_date": "1970-05-15"}, "review", "card.contradicted"),
    ("one card, only the year", [CARD], [CARD], {"birth_date": "1970"}, "link", "card"),
    ("one card, no birth date", [CARD], [CARD], {"birth_date": None}, "link", "card"),
    ("close name and no birth date", [CARD], [CARD], {"birth_date": None, "name": "Nguyễn An"}, "review", "card.contradicted"),
    ("old identity card", [OLD], [OLD], {}, "link", "old_id"),
    # numbers of one facility
    ("one file number", [MRN], [MRN], {}, "link", "mrn"),
    ("one file number, day mistyped", [MRN], [MRN], {"birth_date": "1970-05-15"}, "link", "mrn"),
    ("one file number, another name", [MRN], [MRN], {"name": "Lê Thị Hoa"}, "review", "mrn.contradicted"),
    ("the same number at another facility", [MRN], [SAME_NUMBER_ELSEWHERE], {}, "review", "likeness"),
    # likeness alone
    ("name, birth date and sex", [], [], {"phone": None, "commune": None}, "review", "likeness"),
    ("the day before", [], [], {"birth_date": "1970-05-13", "phone": None}, "none", "unlike"),
    ("the day after", [], [], {"birth_date": "1970-05-15", "phone": None}, "none", "unlike"),
    ("year only, one commune", [], [], {"birth_date": "1970", "phone": None}, "review", "likeness"),
    ("year only, nothing more", [], [], {"birth_date": "1970", "phone": None, "commune": None}, "none", "unlike"),
    ("close name, one phone", [], [], {"name": "Nguyễn An"}, "review", "likeness"),
    ("another sex", [], [], {"sex": "female"}, "none", "unlike"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("left", "right", "changes", "verdict", "rule"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_rules(left, right, changes, verdict, rule):
    match = matching.compare(traits(*left), traits(*right, **changes))

    assert (match.verdict, match.rule) == (verdict, rule)


def test_first_of_january_alone_is_no_likeness():
    ours = traits(birth_date="1970-01-01", phone=None, commune=None)

    assert matching.compare(ours, ours).verdict == "none"


def test_people_who_share_nothing_score_nothing():
    match = matching.compare(traits(ID), stranger(OTHER_ID))

    assert (match.verdict, match.score) == ("none", 0)


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [
        ("nguyen van an", "nguyen van an", "same"),
        ("nguyen van an", "nguyen an", "close"),
        ("nguyen van an", "an nguyen van", "close"),
        ("nguyen van hoang", "nguyen van hoamg", "close"),
        ("nguyen van hoang", "nguyne van hoang", "close"),
        ("nguyen van hoang", "nguyen va hoang", "close"),
        ("nguyen van an", "nguyen van anh", "different"),
        ("nguyen thi lan", "nguyen thi loan", "different"),
        ("nguyen thi lan", "nguyen thi hoa", "different"),
        ("an", "nguyen van an", "different"),
        ("le an", "le ma", "different"),
        ("", "le an", "unknown"),
    ],
)
def test_names(left, right, level):
    assert matching.name_level(left, right) == level
    assert matching.name_level(right, left) == level


names = st.sampled_from(["Nguyễn Văn An", "Nguyễn An", "Trần Thị Bình", "Tran Thi Binh", ""])
numbers = st.lists(st.sampled_from([ID, OTHER_ID, CARD, NEXT_CARD, SOCIAL, OLD, MRN]), max_size=3)
candidates = st.builds(
    Candidate,
    name=names,
    birth_date=st.sampled_from([None, "1970", "1970-05", "1970-05-14", "1970-05-15", "1985-01-02"]),
    sex=st.sampled_from([None, "male", "female", "unknown"]),
    identifiers=numbers,
    phone=st.sampled_from([None, "0912345678", "0912345679"]),
    commune=st.sampled_from([None, "11311", "11329"]),
)


@given(candidates, candidates)
def test_comparing_is_the_same_both_ways(left, right):
    assert matching.compare(left.traits, right.traits) == matching.compare(
        right.traits, left.traits
    )


@given(candidates, candidates)
def test_a_link_always_has_a_shared_number_and_nothing_against_it(left, right):
    match = matching.compare(left.traits, right.traits)

    if match.verdict == "link":
        assert left.traits.numbers & right.traits.numbers
        assert not [e for e in match.evidence if e.level == "different" and e.field != "mrn"]
