"""The simulator writes what a good hospital writes: whole, valid, the same every time."""

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date
from functools import cache

import pytest

from haidang.engines.exchange.adapters.claims import lists, reader, tables, validate
from simulators import his
from simulators.his import __main__ as command
from simulators.his import catalogue


@cache
def many():
    return tuple(his.generate(7, 3000))


def test_every_dossier_is_valid_without_a_single_warning():
    problems = [
        (dossier.ma_lk, problem.code, problem.field)
        for dossier in many()
        for problem in validate.check(dossier, lists.shipped())
    ]

    assert problems == []


def test_every_check_in_is_valid():
    check_ins = [c for d in many()[:300] if (c := his.check_in(d))]

    assert len(check_ins) > 200
    assert [p for c in check_ins for p in validate.check(c, lists.shipped())] == []


def test_check_ins_are_files_of_their_own():
    files = list(his.files(his.with_check_ins(many()[:40]), per_file=5))
    read = [(file.name, reader.read(file.content)) for file in files]

    assert all(found.problems == [] for _, found in read)
    assert {name[:8] for name, found in read if found.dossiers[0].is_check_in} == {"checkin-"}
    assert sum(not d.is_check_in for _, found in read for d in found.dossiers) == 40


def test_every_file_reads_back_as_it_was():
    for dossier, file in zip(many()[:400], his.files(many()[:400]), strict=True):
        read = reader.read(file.content)
        assert read.dossiers == [dossier]
        assert read.problems == read.dossiers[0].problems == []


def test_the_same_arguments_give_the_same_bytes():
    first, second = (list(his.files(his.generate(3, 50))) for _ in range(2))

    assert first == second
    assert first != list(his.files(his.generate(4, 50)))


def test_a_longer_run_begins_like_a_shorter_one():
    assert list(his.generate(3, 80))[:40] == list(his.generate(3, 40))


def test_visit_keys_are_unique():
    keys = Counter((dossier.facility, dossier.ma_lk) for dossier in many())

    assert keys.most_common(1)[0][1] == 1


def test_all_tables_occur():
    found = {table for dossier in many() for table in dossier.tables}

    assert found == set(tables.FRAMES) - {"XML0", "XML12"}


def test_both_forms_occur_each_in_its_time():
    for dossier in many():
        expected = "4750" if dossier.summary["NGAY_RA"] < "20250101" else "3176"
        assert dossier.form == expected


@pytest.mark.parametrize("form", tables.FORMS)
def test_a_form_can_be_asked_for_and_is_valid(form):
    dossiers = list(his.generate(5, 300, form=form))

    assert {dossier.form for dossier in dossiers} == {form}
    assert not [p for d in dossiers for p in validate.check(d, lists.shipped())]


def test_people_come_back_over_the_years():
    visits = defaultdict(set)
    for dossier in many():
        visits[dossier.summary["SO_CCCD"]].add(dossier.summary["NGAY_VAO"][:4])

    assert sum(len(years) >= 2 for years in visits.values()) > 40


def test_kinds_of_care_are_mixed():
    kinds = Counter(dossier.summary["MA_LOAI_KCB"] for dossier in many())
    ways = Counter(dossier.summary["MA_DOITUONG_KCB"] for dossier in many())

    assert {"01", "03", "05"} <= kinds.keys()
    assert {"1.1", "1.2", "1.3", "1.5", "1.7", "1.12", "1.15", "2", "9"} <= ways.keys()


def diabetic(**more):
    return his.Person(
        name="Phạm Thị Mẫu", sex="2", born=date(1960, 5, 1), citizen_id="031160900001",
        card="GD43199000000001"[:15], registered="31Z01", conditions=("diabetes",), **more,
    )  # fmt: skip


def test_treatment_of_diabetes_shows_in_the_results():
    person = diabetic()
    values = [
        float(row["GIA_TRI"])
        for dossier in his.generate(1, people=[person], start=date(2023, 1, 1))
        for row in dossier.rows("XML4")
        if row["MA_CHI_SO"] == "hba1c"
    ]

    assert len(values) > 8
    assert all(5 < value < 12 for value in values)


def test_the_state_pays_the_copayment_of_antiretrovirals():
    person = replace(diabetic(), conditions=("hiv",))

    dossiers = [d for d in his.generate(1, people=[person]) if "XML6" in d.tables]
    supported = [d for d in dossiers if float(d.summary["T_NGUONKHAC"]) > 0]

    assert supported
    assert all(d.rows("XML2")[0]["T_BNCCT"] == "0.00" for d in supported)
    assert not [p for d in dossiers for p in validate.check(d, lists.shipped())]


def test_given_people_go_to_the_given_facility():
    place = his.Facility("31Z09", "Bệnh viện mô phỏng")

    dossiers = list(his.generate(1, people=[diabetic()], facility=place))

    assert dossiers
    assert {d.facility for d in dossiers} == {"31Z09"}
    assert {d.summary["HO_TEN"] for d in dossiers} == {"Phạm Thị Mẫu"}


def test_a_child_brings_the_delivery_of_its_mother():
    mother = his.Person(
        "Vũ Thị Mẫu", "2", date(1998, 3, 4), "031198900001", "DN43199000000021"[:15]
    )
    child = his.Person(
        "Đỗ Gia Mẫu",
        "1",
        date(2025, 6, 7),
        card="TE1319900000003",
        mother=mother,
        father="Đỗ Văn Mẫu",
    )

    births = [d for d in his.generate(1, people=[mother, child]) if "XML9" in d.tables]

    [birth] = births
    [row] = birth.rows("XML9")
    assert birth.summary["HO_TEN"] == mother.name
    assert (row["HO_TEN_CON"], row["NGAY_SINH_CON"][:8]) == (child.name, "20250607")


def test_a_referral_is_followed_by_the_visit_it_asks_for():
    leaving = {d.rows("XML13")[0]["GIAY_CHUYEN_TUYEN"] for d in many() if "XML13" in d.tables}
    coming = {
        d.summary["GIAY_CHUYEN_TUYEN"] for d in many() if d.summary["MA_DOITUONG_KCB"] == "1.3"
    }

    assert coming
    assert coming <= leaving


def test_without_bounds_it_refuses():
    with pytest.raises(ValueError, match="count or people"):
        his.generate(1)


def test_files_can_hold_several_visits_of_one_facility():
    dossiers = list(his.generate(2, 60, facility=his.NETWORK[0]))

    files = list(his.files(dossiers, per_file=25))

    assert [d for f in files for d in reader.read(f.content).dossiers] == dossiers
    assert len(files) < 10


def test_every_disease_can_be_treated():
    for disease in catalogue.diseases().values():
        assert lists.shipped().icd10(disease.code, date(2026, 8, 1)), disease.key
        assert lists.shipped().icd10(disease.code, date(2026, 6, 1)), disease.key
        for entry in disease.drugs:
            assert catalogue.drug(entry.split("|")[0]).price > 0
        for key in disease.tests:
            assert catalogue.panels(key)


def test_the_command_writes_a_folder(tmp_path, capsys):
    assert command.main(["--count", "12", "--out", str(tmp_path), "--faults"]) == 0

    written = sorted(path.name for path in tmp_path.iterdir())
    assert sum(not name.startswith("fault-") for name in written) == 12
    assert "fault-entity_bomb.xml" in written
    told = capsys.readouterr().out.splitlines()
    assert "files" in told[-1]


def test_the_command_says_whom_the_first_files_speak_of(tmp_path, capsys):
    assert command.main(["--count", "22", "--out", str(tmp_path)]) == 0

    *lines, _total = capsys.readouterr().out.splitlines()
    assert len(lines) == 20
    for line in lines:
        file, name, *_ = line.split("  ")
        assert name in _names(tmp_path / file)


def _names(path):
    return {
        row["HO_TEN"]
        for dossier in reader.read(path.read_bytes()).dossiers
        for row in dossier.rows("XML1")
    }
