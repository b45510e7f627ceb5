"""The field tables of both forms, against what the decisions print."""

import csv
import hashlib
import tomllib

import pytest

from haidang.engines.exchange.adapters.claims import tables

FIELDS_OF_3176 = {
    "XML0": 26, "XML1": 66, "XML2": 39, "XML3": 47, "XML4": 12, "XML5": 9, "XML6": 47, "XML7": 26,
    "XML8": 22, "XML9": 35, "XML10": 13, "XML11": 23, "XML12": 35, "XML13": 37, "XML14": 22, "XML15": 20,
}  # fmt: skip


@pytest.mark.parametrize(("table", "count"), FIELDS_OF_3176.items())
def test_each_table_has_the_fields_of_the_decision(table, count):
    assert len(tables.form("3176").tables[table].fields) == count


def test_the_two_forms_differ_in_the_referral_paper():
    older, newer = (tables.form(code).tables["XML13"] for code in tables.FORMS)

    assert len(older.fields) == 39
    assert set(older.names) - set(newer.names) == {
        "MA_NOI_DI", "MA_NOI_DEN", "TEN_DICH_VU", "TEN_THUOC", "PP_DIEU_TRI",
    }  # fmt: skip
    assert set(newer.names) - set(older.names) == {"MA_CSKCB_DI", "MA_CSKCB_DEN", "TINH_TRANG_CT"}


@pytest.mark.parametrize(
    ("table", "name", "older", "newer"),
    [
        ("XML1", "MA_TTDV", 10, 255),
        ("XML1", "SO_CCCD", 15, None),
        ("XML4", "GIA_TRI", 50, 255),
        ("XML7", "MA_BS", 200, 255),
        ("XML14", "NGAY_HEN_KL", 12, 8),
    ],
)
def test_lengths_changed_by_decision_3176(table, name, older, newer):
    lengths = [tables.form(code).tables[table].field(name).max_length for code in tables.FORMS]

    assert lengths == [older, newer]


@pytest.mark.parametrize("code", tables.FORMS)
def test_orders_run_without_a_gap(code):
    for table in tables.form(code).tables.values():
        assert [field.order for field in table.fields] == list(range(1, len(table.fields) + 1))


@pytest.mark.parametrize(
    "folder", sorted(tables.RELEASES.iterdir()), ids=lambda folder: folder.name
)
def test_the_manifest_agrees_with_its_data(folder):
    facts = tomllib.loads((folder / "manifest.toml").read_text("utf-8"))
    data = (folder / "data.csv").read_bytes()

    assert facts["checksum"] == "sha256:" + hashlib.sha256(data).hexdigest()
    assert facts["rows"] == len(list(csv.DictReader(data.decode().splitlines())))


@pytest.mark.parametrize("code", tables.FORMS)
def test_every_code_list_that_a_field_names_is_a_release(code):
    named = {f.list for table in tables.form(code).tables.values() for f in table.fields if f.list}

    assert named
    assert [name for name in named if not (tables.RELEASES.parent / name).is_dir()] == []


def test_a_field_is_named_in_the_language_of_its_reader():
    assert tables.label("XML1", "NGAY_VAO") == "Thời điểm đến khám"
    assert tables.label("XML1", "NOT_A_FIELD") == "NOT_A_FIELD"
