"""Check-ins (XML0): the first cost of a visit, before anything else is known."""

import pytest

from haidang.engines.exchange.adapters.claims import lists, model, validate
from haidang.engines.exchange.adapters.claims.tests import examples


def check_in(**values):
    known = {
        "MA_LK": "a", "STT": "1", "MA_BN": "BN1", "HO_TEN": "Nguyễn Văn Mẫu", "NGAY_SINH": "197001010000",
        "GIOI_TINH": "1", "MA_THE_BHYT": "DN4313199000001", "MA_DKBD": "31T01", "GT_THE_TU": "20260101",
        "GT_THE_DEN": "20261231", "MA_DOITUONG_KCB": "1.1", "NGAY_VAO": "202603020800", "MA_LOAI_KCB": "01",
        "MA_CSKCB": "31T01", "MA_DICH_VU": "02.03", "TEN_DICH_VU": "Khám Nội", "NGAY_YL": "202603020805",
    }  # fmt: skip
    return model.Dossier("a", "31T01", "3176", {"XML0": [examples.row("XML0", **known | values)]})


def found(dossier):
    return {(p.code, p.severity, p.field) for p in validate.check(dossier, lists.shipped())}


def test_a_good_check_in_has_no_problem():
    assert found(check_in()) == set()


@pytest.mark.parametrize(
    ("values", "code", "severity", "field"),
    [
        ({"HO_TEN": ""}, "field.required", "error", "HO_TEN"),
        ({"NGAY_VAO": "20260302"}, "field.date", "error", "NGAY_VAO"),
        ({"GIOI_TINH": "5"}, "field.code", "error", "GIOI_TINH"),
        ({"SO_CCCD": "12"}, "C17", "warning", "SO_CCCD"),
        ({"MA_DOITUONG_KCB": "9"}, "C4", "warning", "MA_THE_BHYT"),
        ({"MA_THE_BHYT": ""}, "field.required", "warning", "MA_THE_BHYT"),
        ({"MA_DICH_VU": "", "TEN_DICH_VU": ""}, "field.required", "warning", "MA_DICH_VU"),
        ({"TEN_DICH_VU": ""}, "field.required", "warning", "TEN_DICH_VU"),
        ({"NGAY_VAO_NOI_TRU": "202603020900"}, "field.required", "warning", "LY_DO_VNT"),
    ],
)
def test_what_a_check_in_must_say(values, code, severity, field):
    assert (code, severity, field) in found(check_in(**values))


def test_a_drug_may_be_the_first_cost():
    drug = {"MA_DICH_VU": "", "TEN_DICH_VU": "", "MA_THUOC": "40.48", "TEN_THUOC": "Thuốc mẫu"}

    assert found(check_in(**drug)) == set()
