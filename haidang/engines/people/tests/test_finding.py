"""Finding people by whatever the desk has."""

import pytest

from haidang.engines.people import finding, spelling
from haidang.engines.people.candidate import Candidate
from haidang.engines.people.tests import factories
from haidang.kernel import actor, errors, systems

AN = Candidate(
    "Nguyễn Văn An",
    "1970-01-01",
    "male",
    [(systems.CITIZEN_ID, "031070000001"), (systems.INSURANCE_CARD, "GD4313199000001")],
    "0912345678",
    "Số 1 ngõ Mẫu, Phường Lê Chân, Thành phố Hải Phòng",
)
ANH = Candidate("Nguyễn Vân Anh", "1985-02-03", "female", [(systems.CITIZEN_ID, "031185000002")])
DANG = Candidate("Đặng Thuỳ Trâm", "1942", "female", [(systems.SOCIAL_INSURANCE, "3199000009")])
CITIZEN_QR = "031070000001|031000001|Nguyễn Văn An|01011970|Nam|Phường Lê Chân|01012022"


@pytest.fixture(autouse=True)
def fresh_syllables():
    spelling.forget()
    yield
    spelling.forget()


@pytest.fixture
def town(db):
    factories.indexed(AN, ANH, DANG)


def names(query, **kwargs):
    return [hit.name for hit in finding.find(query, by=actor.SYSTEM, **kwargs)]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("nguyen van an", ["Nguyễn Văn An", "Nguyễn Vân Anh"]),
        ("NGUYỄN VĂN", ["Nguyễn Văn An", "Nguyễn Vân Anh"]),
        ("van an nguyen", ["Nguyễn Văn An"]),
        ("anh van", ["Nguyễn Vân Anh"]),
        ("dang thuy tram", ["Đặng Thuỳ Trâm"]),
        ("Đặng Thùy Trâm", ["Đặng Thuỳ Trâm"]),
        ("dang thuy cham", ["Đặng Thuỳ Trâm"]),
        ("nguyen van an 1970", ["Nguyễn Văn An"]),
        ("nguyen van an 01/01/1970", ["Nguyễn Văn An"]),
        ("nguyen van an 02/01/1970", []),
        ("tram 15/08/1942", ["Đặng Thuỳ Trâm"]),
        ("031070000001", ["Nguyễn Văn An"]),
        ("031 070 000 001", ["Nguyễn Văn An"]),
        ("GD4313199000001", ["Nguyễn Văn An"]),
        ("gd431 3199000001", ["Nguyễn Văn An"]),
        ("3199000001", ["Nguyễn Văn An"]),
        ("HT3313199000001", ["Nguyễn Văn An"]),
        ("0912345678", ["Nguyễn Văn An"]),
        ("+84 912 345 678", ["Nguyễn Văn An"]),
        (CITIZEN_QR, ["Nguyễn Văn An"]),
        (CITIZEN_QR.replace("031070000001", "031070000077"), ["Nguyễn Văn An"]),
        ("031070000099", []),
        ("0999999999", []),
        ("xyz", []),
        ("Nguyễn%", ["Nguyễn Văn An", "Nguyễn Vân Anh"]),
    ],
)
def test_queries(town, query, found):
    assert names(query) == found


@pytest.mark.parametrize("query", ["", " ", "a", None])
def test_too_short_a_query_says_what_to_type(town, query):
    with pytest.raises(errors.Incorrect, match="ít nhất 2 chữ"):
        names(query)


def test_a_spoilt_qr_says_so(town):
    with pytest.raises(errors.Incorrect):
        names("a|b|c")


def test_a_hit_is_masked(town):
    (hit,) = finding.find("0912345678", by=actor.SYSTEM)

    assert hit.masked["citizen"] == "••••••••0001"
    assert hit.address == "Phường Lê Chân, Thành phố Hải Phòng"
    assert "031070000001" not in repr(hit)
    assert "0912345678" not in repr(hit)


def test_no_more_than_asked_for_come_back(town):
    assert len(names("nguyen", limit=1)) == 1


def test_one_search_by_name_asks_the_database_four_times_at_most(
    town, django_assert_max_num_queries
):
    with django_assert_max_num_queries(4):
        names("khong ai ten the nay")


def test_a_search_by_number_asks_once(town, django_assert_max_num_queries):
    with django_assert_max_num_queries(1):
        names("031070000001")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("nguyem van an", "Nguyễn Văn An"),
        ("dang thui tram", "Đặng Thuỳ Trâm"),
        ("dang thuy ngoc tram", "Đặng Thuỳ Trâm"),
        ("nguyen van ban 01/01/1970", "Nguyễn Văn An"),
        ("qwe rty", None),
    ],
)
def test_a_mistyped_name_is_found_through_the_syllables_of_the_city(db, query, found):
    factories.indexed(AN, ANH, DANG, *factories.crowd(300))

    assert (names(query) or [None])[0] == found
