"""Rules of the record: episodes, results and their ranges, summaries, changes."""

from datetime import date
from decimal import Decimal

import pytest

from haidang.rooms.health_record.domain import changes, parts, results, summaries, timeline
from haidang.rooms.health_record.selectors.opening import general_ranges


def visit(ref, at, **changes_):
    known = {
        "visit": ref, "kind": "AMB", "end": None, "facility": None, "place": "", "reason": "",
        "conclusion": "", "diagnoses": (), "outcome": "", "emergency": False,
    }  # fmt: skip
    return parts.Visit(ref=ref, at=at, **known | changes_)


def result(ref, at="2026-01-01", number=None, key="glucose", visit_="Encounter/1", **changes_):
    known = {
        "name": key,
        "text": str(number),
        "unit": "mmol/L",
        "range": parts.Range(),
        "level": "",
    }
    return parts.Result(ref=ref, visit=visit_, at=at, key=key, number=number, **known | changes_)


def medicine(at, key="a", stopped=False):
    return parts.Medicine("MedicationRequest/1", None, at, key, "Thuốc", "", "", "", "", stopped)


def cost(ref):
    return parts.Cost(ref, None, "2026-01-01", None, None, None)


def test_parts_stand_under_their_visit_newest_visit_first():
    old, new = visit("Encounter/1", "2025-01-01"), visit("Encounter/2", "2026-01-01")
    found = timeline.episodes(
        [old, new], [result("Observation/1"), result("Observation/2", visit_="Encounter/2")]
    )

    assert [e.visit.ref for e in found] == ["Encounter/2", "Encounter/1"]
    assert [r.ref for r in found[1].of("result")] == ["Observation/1"]


def test_what_names_no_visit_stands_by_its_day():
    found = timeline.episodes(
        [visit("Encounter/1", "2025-01-01")],
        [
            result("Observation/1", "2026-02-01", visit_=None),
            result("Observation/2", "2026-02-01", visit_="Encounter/gone"),
        ],
    )

    assert [(e.visit is None, e.day, e.count) for e in found] == [
        (True, "2026-02-01", 2),
        (False, "2025-01-01", 0),
    ]


def test_results_that_a_report_lists_are_told_once():
    report = parts.Report(
        "DiagnosticReport/1", "Encounter/1", "2026-01-01", "Máu", "LAB", "", "", ("Observation/1",)
    )
    (episode,) = timeline.episodes(
        [visit("Encounter/1", "2026-01-01")], [report, result("Observation/1")]
    )

    assert episode.of("result") == [report]


def test_an_account_finds_its_visit_by_number():
    (episode,) = timeline.episodes(
        [visit("Encounter/1", "2026-01-01", account="Invoice/9")], [cost("Invoice/9")]
    )

    assert len(episode.of("cost")) == 1


def test_a_filter_leaves_episodes_of_that_kind_only():
    found = timeline.episodes(
        [visit("Encounter/1", "2026-01-01")], [result("Observation/1"), cost("Invoice/1")]
    )

    assert timeline.counts(found) == {"result": 1, "cost": 1}
    assert [e.count for e in timeline.only(found, "cost")] == [1]


@pytest.mark.parametrize(
    ("number", "low", "high", "level"),
    [
        ("3.8", "3.9", "6.4", "low"),
        ("3.9", "3.9", "6.4", "normal"),
        ("6.4", "3.9", "6.4", "normal"),
        ("6.41", "3.9", "6.4", "high"),
        ("41", None, "40", "high"),
        ("0.8", "0.9", None, "low"),
        ("5", None, None, ""),
        (None, "1", "2", ""),
    ],
)
def test_where_a_number_lies(number, low, high, level):
    numbers = [None if value is None else Decimal(value) for value in (number, low, high)]

    assert results.judge(numbers[0], parts.Range(*numbers[1:])) == level


@pytest.mark.parametrize(
    ("word", "level"),
    [("H", "high"), ("Cao", "high"), ("TĂNG", "high"), ("L", "low"), ("giảm", "low"), ("Dương tính", "abnormal"),
     ("N", "normal"), ("Bình thường", "normal"), ("xem lại", ""), (None, "")],
)  # fmt: skip
def test_words_of_interpretation(word, level):
    assert results.level_of(word) == level


@pytest.mark.parametrize(
    ("key", "unit", "sex", "years", "high"),
    [
        ("glucose", "mmol/L", "male", 40, "6.4"),
        ("2345-7", "mmol/L", "female", 18, "6.4"),
        ("glucose", "mmol/L", "male", 17, None),
        ("glucose", "mg/dL", "male", 40, None),
        ("creatinin", "µmol/L", "male", 40, "120"),
        ("creatinin", "µmol/L", "female", 40, "100"),
        ("creatinin", "µmol/L", None, 40, None),
        ("khong ro", "mmol/L", "male", 40, None),
        ("glucose", "mmol/L", "male", None, None),
    ],
)
def test_general_ranges_are_for_adults_in_the_right_unit(key, unit, sex, years, high):
    found = results.general_range(general_ranges(), key=key, unit=unit, sex=sex, years=years)

    assert found.high == (Decimal(high) if high else None)


@pytest.mark.parametrize(
    ("born", "at", "years"),
    [
        ("1970-05-14", "2026-05-13", 55),
        ("1970-05-14", "2026-05-14T08:00:00+07:00", 56),
        ("1970", "2026-01-01", 56),
        (None, "2026-01-01", None),
        ("1970", None, None),
    ],
)
def test_age_on_the_day_of_a_result(born, at, years):
    assert results.years_at(born, at) == years


def test_one_test_is_one_series_oldest_first():
    newer, older = (
        result("Observation/2", "2026-02-01", Decimal(6)),
        result("Observation/1", "2026-01-01", Decimal(5)),
    )
    (found,) = results.series([newer, older])

    assert [r.ref for r in found.results] == ["Observation/1", "Observation/2"]
    assert found.points == [("2026-01-01", 5), ("2026-02-01", 6)]


def test_another_unit_is_another_series():
    found = results.series([result("Observation/1"), result("Observation/2", unit="mg/dL")])

    assert len({series.key for series in found}) == 2


@pytest.mark.parametrize(
    ("at", "stopped", "current"),
    [
        ("2026-01-01", False, True),
        ("2026-04-01", False, True),
        ("2025-12-31", False, False),
        ("2026-04-01", True, False),
        ("2026-04-02", False, False),
        (None, False, False),
    ],
)
def test_a_medicine_of_the_last_ninety_days_may_still_be_taken(at, stopped, current):
    assert summaries.is_current(medicine(at, stopped=stopped), date(2026, 4, 1)) is current


def test_a_medicine_ordered_often_is_one_line():
    (group,) = summaries.medicines([medicine("2026-01-01"), medicine("2026-03-01")])

    assert (group.times, group.last.at, group.first_at) == (2, "2026-03-01", "2026-01-01")


def test_the_file_of_a_written_paper_is_not_told_twice():
    def paper(ref, copy):
        return parts.Paper(
            ref, "Encounter/1", "2026-01-01", "Giấy ra viện", "7", "", "", (), (), copy
        )

    written, file, scan = (
        paper("Composition/1", False),
        paper("DocumentReference/1", True),
        paper("DocumentReference/2", True),
    )
    other = parts.Paper(
        "DocumentReference/3", None, "2026-01-02", "Bản quét", "", "", "", (), (), True
    )

    assert [p.ref for p in summaries.papers([written, file, scan, other])] == [
        "DocumentReference/3",
        "Composition/1",
    ]


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ({"gender": "male"}, {"gender": "female"}, [("gender", "changed", "male", "female")]),
        ({}, {"name": [{"text": "An"}]}, [("name[0].text", "added", "", "An")]),
        ({"name": [{"text": "An"}]}, {"name": []}, [("name[0].text", "removed", "An", "")]),
        (
            {"value": Decimal("5.60")},
            {"value": Decimal("5.6")},
            [("value", "changed", "5.60", "5.6")],
        ),
        ({"active": True}, {"active": False}, [("active", "changed", "true", "false")]),
        ({"meta": {"versionId": "1"}}, {"meta": {"versionId": "2"}}, []),
    ],
)
def test_changes_field_by_field(before, after, found):
    assert [(c.path, c.kind, c.before, c.after) for c in changes.between(before, after)] == found
