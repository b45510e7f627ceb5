"""C1 to C20, conditions and single fields."""

from datetime import date

import pytest

from haidang.engines.exchange.adapters.claims import lists, validate
from haidang.engines.exchange.adapters.claims.lists import Diagnosis
from haidang.engines.exchange.adapters.claims.tests import examples


def problems_of(dossier, known=None):
    return validate.check(dossier, known or lists.shipped())


def found(dossier, known=None):
    return {(p.code, p.severity, p.field) for p in problems_of(dossier, known)}


def codes(dossier, known=None):
    return {problem.code for problem in problems_of(dossier, known)}


def changed(table, row=1, **values):
    dossier = examples.outpatient()
    dossier.tables[table][row - 1].update(values)
    return dossier


def with_row(table, dossier=None, **values):
    dossier = dossier or examples.outpatient()
    dossier.tables[table] = [examples.row(table, MA_LK=dossier.ma_lk, **values)]
    return dossier


def test_c1_one_visit_key():
    assert ("C1", "error", "MA_LK") in found(changed("XML2", MA_LK="other"))


def test_c2_exactly_one_summary():
    none, two = examples.outpatient(), examples.outpatient()
    del none.tables["XML1"]
    two.tables["XML1"] *= 2

    assert "C2" in codes(none)
    assert "C2" in codes(two)


def test_c2_money_needs_lines():
    dossier = examples.outpatient()
    dossier.tables = {"XML1": dossier.tables["XML1"]}

    assert "C2" in codes(dossier)


@pytest.mark.parametrize(
    ("until", "broken"), [("20260201;20261231", False), ("20261231", True), ("", False)]
)
def test_c3_card_fields_go_together(until, broken):
    dossier = examples.outpatient(
        MA_THE_BHYT="DN4313199000001;HT3313199000001",
        MA_DKBD="31T01;31T01",
        GT_THE_TU="20260101;20260202",
        GT_THE_DEN=until,
    )

    assert ("C3" in codes(dossier)) == broken


def test_c4_no_card_without_insurance():
    assert ("C4", "warning", "MA_THE_BHYT") in found(examples.outpatient(MA_DOITUONG_KCB="9"))


def test_c5_a_line_names_what_was_given():
    assert "C5" in codes(changed("XML3", MA_DICH_VU=""))
    assert "C5" not in codes(changed("XML3", MA_DICH_VU="", MA_VAT_TU="N03.01.070"))


@pytest.mark.parametrize(
    ("table", "group", "field"),
    [
        ("XML3", "1", "NGUOI_THUC_HIEN"), ("XML3", "2", "NGAY_TH_YL"), ("XML3", "3", "MA_MAY"),
        ("XML3", "8", "NGUOI_THUC_HIEN"), ("XML3", "18", "NGAY_TH_YL"), ("XML3", "12", "MA_XANG_DAU"),
        ("XML3", "10", "TT_THAU"), ("XML2", "4", "TT_THAU"),
    ],
)  # fmt: skip
def test_c6_what_a_cost_group_needs(table, group, field):
    assert ("C6", "warning", field) in found(changed(table, MA_NHOM=group, **{field: ""}))


def test_c6_lets_blood_and_sent_out_tests_pass():
    sent_out = {"MA_DICH_VU": "23.0075.1494.K.31T02", "MA_MAY": "", "NGUOI_THUC_HIEN": ""}

    assert "C6" not in codes(changed("XML2", MA_NHOM="7", TT_THAU=""))
    assert "C6" not in codes(changed("XML3", 2, **sent_out))


@pytest.mark.parametrize("field", ["NGAY_VAO_NOI_TRU", "LY_DO_VNT", "PP_DIEU_TRI"])
def test_c7_admission_fields(field):
    admission = {"NGAY_VAO_NOI_TRU": "202603020810", "LY_DO_VNT": "Sốt", "PP_DIEU_TRI": "Thuốc"}

    assert ("C7", "warning", field) in found(
        examples.outpatient(MA_LOAI_KCB="03", **admission | {field: ""})
    )
    assert "C7" not in codes(examples.outpatient(MA_LOAI_KCB="03", **admission))


@pytest.mark.parametrize(
    ("ended", "days", "broken"),
    [
        ("202603021159", "1", True), ("202603021200", "1", False), ("202603030800", "1", False),
        ("202603030800", "2", True), ("202603030801", "2", False),
    ],
)  # fmt: skip
def test_c8_beds_of_short_stays(ended, days, broken):
    dossier = changed("XML3", MA_NHOM="15", SO_LUONG=days)
    dossier.summary.update(MA_LOAI_KCB="03", NGAY_RA=ended)

    assert ("C8" in codes(dossier)) == broken


def test_c9_one_exam_for_an_inpatient():
    dossier = changed("XML3", 2, MA_NHOM="13")
    assert "C9" not in codes(dossier)

    dossier.summary["MA_LOAI_KCB"] = "03"

    assert "C9" in codes(dossier)


@pytest.mark.parametrize(
    ("kind", "leaving", "papers", "broken"),
    [
        ("03", "1", (), True), ("03", "1", ("XML7",), False), ("03", "3", (), False),
        ("01", "1", ("XML8",), True), ("06", "1", ("XML8",), False),
        ("01", "1", ("XML13",), True), ("01", "2", ("XML13",), False), ("01", "2", (), True),
    ],
)  # fmt: skip
def test_c10_papers_of_the_visit(kind, leaving, papers, broken):
    dossier = examples.outpatient(MA_LOAI_KCB=kind, MA_LOAI_RV=leaving)
    for paper in papers:
        with_row(paper, dossier)

    assert ("C10" in codes(dossier)) == broken


@pytest.mark.parametrize(
    ("table", "field", "value", "severity"),
    [
        ("XML13", "HO_TEN", "Trần Thị Khác", "error"),
        ("XML14", "NGAY_SINH", "199001010000", "error"),
        ("XML15", "MA_BN", "BN2", "error"),
        ("XML6", "GIOI_TINH", "2", "error"),
        ("XML14", "DIA_CHI", "Nơi khác", "warning"),
        ("XML7", "MA_YTE", "BN2", "error"),
        ("XML7", "NGAY_RA", "202603031000", "warning"),
    ],
)
def test_c11_mixed_patients_are_an_error_other_differences_a_warning(table, field, value, severity):
    assert ("C11", severity, field) in found(with_row(table, **{field: value}))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("HO_TEN", "NGUYỄN  VĂN MẪU"),
        ("NGAY_SINH", "197001010815"),
        ("MA_THE_BHYT", "DN4313199000001;HT3313199000001"),
        ("NGAY_VAO", "202602010800;202603020800"),
    ],
)
def test_c11_lets_the_same_person_be_written_in_another_way(field, value):
    assert "C11" not in codes(with_row("XML13", **{field: value}))


def test_c11_does_not_compare_what_is_empty_or_equal():
    dossier = with_row("XML14", HO_TEN="Nguyễn Văn Mẫu", NGAY_SINH="")

    assert "C11" not in codes(dossier)


def test_c12_one_principal_code_and_at_most_twelve_others():
    twelve = ";".join(["E78.5"] * 12)

    assert ("C12", "error", "MA_BENH_CHINH") in found(
        examples.outpatient(MA_BENH_CHINH="I10;E11.9")
    )
    assert "C12" not in codes(examples.outpatient(MA_BENH_KT=twelve))
    assert "C12" in codes(examples.outpatient(MA_BENH_KT=twelve + ";E78.5"))


class Known:
    """A complete list of two diagnoses; nothing is known of other lists."""

    def has(self, list, code):
        return False if list == "icd10" else None

    def icd10(self, code, on):
        marks = {"O80": {"female": True}, "R69": {"not_main": True}, "I10": {}}
        return Diagnosis(code, **marks[code]) if code in marks else None


@pytest.mark.parametrize(
    ("code", "severity"),
    [("I10", None), ("X99.99", "error"), ("R69", "warning"), ("O80", "warning")],
)
def test_c12_asks_the_list_in_force(code, severity):
    severities = {
        p.severity
        for p in problems_of(examples.outpatient(MA_BENH_CHINH=code), Known())
        if p.code == "C12"
    }

    assert severities == ({severity} if severity else set())


def test_c12_a_starter_list_says_nothing_of_codes_it_lacks():
    assert "C12" not in codes(examples.outpatient(MA_BENH_CHINH="Z99.99"))


@pytest.mark.parametrize(
    ("on", "usable"),
    [(date(2026, 6, 30), True), (date(2026, 7, 1), False), (date(2026, 7, 2), False)],
)
def test_c12_the_list_of_2026_begins_on_the_first_of_july(on, usable):
    """TT 06/2026/TT-BYT: dengue is A97, A90 is gone."""
    assert (lists.shipped().icd10("A90", on) is not None) == usable


def test_codes_are_known_with_and_without_their_dot():
    on = date(2026, 8, 1)

    assert lists.shipped().icd10("E11.9", on) == lists.shipped().icd10("E119", on) is not None


@pytest.mark.parametrize(
    ("weeks", "broken"), [("0", True), ("1", False), ("42", False), ("43", True)]
)
def test_c13_end_of_pregnancy(weeks, broken):
    values = {
        "MA_DINH_CHI_THAI": "1",
        "NGUYENNHAN_DINHCHI": "Sảy thai",
        "THOIGIAN_DINHCHI": "202603020900",
        "TUOI_THAI": weeks,
    }

    assert ("C13" in codes(with_row("XML7", **values))) == broken
    assert "C13" in codes(with_row("XML7", **values | {"NGUYENNHAN_DINHCHI": ""}))


def test_c14_all_three_leave_fields_or_none():
    leave = {"SO_NGAY_NGHI": "2", "NGOAITRU_TUNGAY": "20260302", "NGOAITRU_DENNGAY": "20260303"}

    assert "C14" not in codes(with_row("XML7"))
    assert "C14" not in codes(with_row("XML7", **leave))
    assert "C14" in codes(with_row("XML7", **leave | {"NGOAITRU_DENNGAY": ""}))


@pytest.mark.parametrize(
    ("code", "pregnancy", "limit"),
    [
        ("J06.9", {}, 30),
        ("A15.0", {}, 180),
        ("O03.9", {"MA_DINH_CHI_THAI": "1", "TUOI_THAI": "13"}, 50),
    ],
)
def test_c15_length_of_sick_leave(code, pregnancy, limit):
    """Table of XML11: 30 days; tuberculosis 180; loss of a pregnancy from 13 weeks 50."""
    for days in (limit - 1, limit, limit + 1):
        dossier = examples.outpatient(MA_BENH_CHINH=code)
        with_row("XML11", dossier, SO_NGAY_NGHI=str(days), **pregnancy)
        assert ("C15" in codes(dossier)) == (days > limit)


def test_c16_results_belong_to_orders():
    assert "C16" in codes(changed("XML4", MA_DICH_VU="99.9999.9999"))
    assert "C16" in codes(changed("XML4", MA_CHI_SO="", TEN_CHI_SO=""))
    assert "C16" in codes(changed("XML4", NGAY_KQ=""))


@pytest.mark.parametrize(
    ("number", "broken"),
    [("031070000001", False), ("031000001", False), ("C1234567", False), ("", False), ("031070000001;031000001", False),
     ("03107000000", True), ("c1234567", True), ("0310700000012", True)],
)  # fmt: skip
def test_c17_personal_numbers(number, broken):
    assert ("C17" in codes(examples.outpatient(SO_CCCD=number))) == broken


@pytest.mark.parametrize(
    ("number", "broken"), [("3199000001", False), ("0000000000", True), ("319900000", True)]
)
def test_c18_social_insurance_numbers(number, broken):
    assert ("C18" in codes(with_row("XML11", MA_BHXH=number))) == broken


def test_c19_speaks_only_of_complete_lists():
    class Complete(Known):
        def has(self, list, code):
            return code in ("K01", "40.48", "02.1896", "23.0075.1494")

        def icd10(self, code, on):
            return Diagnosis(code)

    fine = examples.outpatient()
    assert "C19" not in codes(fine, Complete())
    assert ("C19", "warning", "MA_THUOC") in found(changed("XML2", MA_THUOC="99.1"), Complete())
    assert "C19" not in codes(changed("XML2", MA_THUOC="99.1"))


@pytest.mark.parametrize(("month", "broken"), [("2", True), ("3", False), ("4", False)])
def test_c20_settled_in_the_month_of_the_visit_or_later(month, broken):
    assert ("C20" in codes(examples.outpatient(THANG_QT=month))) == broken


@pytest.mark.parametrize(
    ("field", "value", "code", "severity"),
    [
        ("HO_TEN", "", "field.required", "error"),
        ("CAN_NANG", "", "field.required", "warning"),
        ("GIOI_TINH", "4", "field.code", "error"),
        ("MA_LOAI_KCB", "99", "field.code", "error"),
        ("MA_DOITUONG_KCB", "1.99", "field.code", "warning"),
        ("NGAY_VAO", "202613010800", "field.date", "error"),
        ("NGAY_VAO", "2026-03-02", "field.date", "error"),
        ("T_THUOC", "200.000,00", "field.number", "error"),
        ("T_BNTT", "-1", "field.range", "error"),
        ("THANG_QT", "13", "field.range", "warning"),
        ("GT_THE_TU", "01/01/2026", "field.date", "warning"),
        ("CAN_NANG", "60kg", "field.number", "warning"),
        ("T_THUOC", "200000.001", "field.decimals", "warning"),
        ("SO_NGAY_DTRI", "0.5", "field.decimals", "warning"),
        ("MA_LK", "x" * 101, "field.length", "warning"),
        ("LY_DO_VV", "x" * 4001, "field.length", "warning"),
        ("NGAY_VAO", "20260302080000", "field.date", "error"),
        ("MAXA_CU_TRU", "1141", "field.pattern", "warning"),
        ("MA_THE_BHYT", "DN9313199000001", "field.pattern", "warning"),
    ],
)
def test_single_fields(field, value, code, severity):
    assert (code, severity, field) in found(examples.outpatient(**{field: value}))


def test_a_wrong_birth_date_is_not_repeated_in_the_report():
    [problem] = problems_of(examples.outpatient(NGAY_SINH="19701301"))

    assert (problem.code, problem.severity) == ("field.date", "error")
    assert "1970" not in problem.vi + problem.en


def test_a_verdict_is_remembered_for_good_values_only():
    for _ in range(3):
        assert "field.code" in codes(examples.outpatient(GIOI_TINH="4"))
        assert "field.code" not in codes(examples.outpatient(GIOI_TINH="1"))


@pytest.mark.parametrize(
    ("table", "values", "field"),
    [
        ("XML1", {"MA_THE_BHYT": ""}, "MA_THE_BHYT"),
        ("XML1", {"MA_LOAI_RV": "2"}, "MA_NOI_DEN"),
        ("XML1", {"MA_DOITUONG_KCB": "1.3"}, "GIAY_CHUYEN_TUYEN"),
        ("XML3", {"MA_NHOM": "15"}, "MA_GIUONG"),
        ("XML4", {"TEN_CHI_SO": ""}, "TEN_CHI_SO"),
    ],
)
def test_fields_required_under_a_condition(table, values, field):
    assert ("field.required", "warning", field) in found(changed(table, **values))


def test_a_child_needs_the_names_of_its_parents():
    """XML7: under 16 years."""
    for born, needed in (("201003020000", False), ("201003030000", True)):
        dossier = with_row("XML7", examples.outpatient(NGAY_SINH=born))
        assert (("field.required", "warning", "HO_TEN_ME") in found(dossier)) == needed


def test_every_problem_at_once_each_with_its_place_and_its_two_languages():
    dossier = examples.outpatient(HO_TEN="", GIOI_TINH="7", NGAY_RA="x", T_THUOC="1")
    dossier.tables["XML2"][0]["MA_LK"] = "other"

    problems = problems_of(dossier)

    assert {"field.required", "field.code", "field.date", "M11", "C1"} <= {p.code for p in problems}
    assert all(p.vi and p.en and p.action_vi and p.action_en for p in problems)
    assert ("XML2", 1) in {(p.table, p.row) for p in problems}
    assert not validate.accepts(problems)


def test_a_hopeless_dossier_is_not_listed_without_end():
    dossier = examples.outpatient()
    dossier.tables["XML2"] = [examples.row("XML2", n) for n in range(1, 400)]

    problems = problems_of(dossier)

    assert problems[-1].code == "dossier.too_many"
    assert validate.MOST < len(problems) < validate.MOST + 30
    assert not validate.accepts(problems)


def test_warnings_do_not_refuse_a_dossier():
    problems = problems_of(examples.outpatient(CAN_NANG=""))

    assert problems
    assert validate.accepts(problems)


def test_every_rule_has_its_source_and_its_sentences():
    from haidang.engines.exchange.adapters.claims import problems

    for rule in validate.RULES:
        assert rule.source, rule.code
        assert rule.code in problems.texts(), rule.code
    named = {rule.code for rule in validate.RULES}
    assert {f"D{n}" for n in range(1, 12)} <= named
    assert {f"C{n}" for n in range(1, 21)} <= named
    assert {f"M{n}" for n in range(1, 19)} - {"M8", "M9"} <= named  # M7 carries all three cases


def test_every_text_has_its_four_sentences():
    from haidang.engines.exchange.adapters.claims import problems

    for entry in problems.texts().values():
        assert set(entry) == set(problems.PARTS)
