"""What is written is read back the same, in both forms."""

import base64
import re
import string
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from haidang.engines.exchange.adapters.claims import contents, forms, model, reader, tables, writer
from haidang.engines.exchange.adapters.claims.tests import examples

_LEGAL = st.characters(
    codec="utf-8",
    exclude_categories=("Cs", "Cc"),
    exclude_characters="\ufffe\uffff",
    include_characters="\t\n\r<>&;|\"'",
)
VALUES = st.one_of(
    st.just(""),
    st.text(string.digits + ".;", max_size=20),
    st.text(_LEGAL, max_size=60),
).map(lambda text: unicodedata.normalize("NFC", text.strip()))
MANY = [name for name, frame in tables.FRAMES.items() if frame[2] and name != "XML0"]
SINGLE = [name for name, frame in tables.FRAMES.items() if not frame[2] and name != "XML12"]


@st.composite
def rows(draw, table, form):
    """One to three rows (one where the table has one); each holds at least its key."""
    names = tables.form(form).tables[table].names
    count = draw(st.integers(1, 3)) if table in MANY else 1
    found = []
    for index in range(1, count + 1):
        changed = draw(st.dictionaries(st.sampled_from(names), VALUES, max_size=8))
        found.append(model.Row(table, index, contents.template(table, form) | changed))
        found[-1]["MA_LK"] = "K1"
    return found


@st.composite
def dossiers(draw, form):
    chosen = draw(st.sets(st.sampled_from([*MANY, *SINGLE])))
    names = [name for name in tables.FRAMES if name in chosen | {"XML1"}]
    found = {name: draw(rows(name, form)) for name in names}
    summary = found["XML1"][0]
    summary.update(NGAY_RA="202412312359" if form == "4750" else "202501010000", MA_CSKCB="31T01")
    for row in found.get("XML14", ()):
        row["NGAY_HEN_KL"] = "202501020800" if form == "4750" else "20250102"
    return model.Dossier("K1", "31T01", form, found)


@pytest.mark.parametrize("form", tables.FORMS)
def test_reader_gives_back_what_writer_wrote(form):
    @settings(max_examples=60, deadline=None)
    @given(dossiers(form))
    def round_trip(dossier):
        data = writer.write([dossier], form=form, sender="31T01", made_on="20250101")
        file = reader.read(data)
        assert file.dossiers == [dossier]
        assert file.problems == file.dossiers[0].problems == []
        assert writer.write(file.dossiers, form=form, sender="31T01", made_on="20250101") == data

    round_trip()


def test_a_file_has_the_shape_the_gateway_wants():
    data = examples.file_of(examples.outpatient())

    assert data.startswith(b'<?xml version="1.0" encoding="utf-8"?>')
    assert re.findall(rb"<LOAIHOSO>(\w+)", data) == [b"XML1", b"XML2", b"XML3", b"XML4"]
    assert data.rstrip().endswith(b"<CHUKYDONVI></CHUKYDONVI></GIAMDINHHS>")
    inner = base64.b64decode(re.search(rb"<NOIDUNGFILE>([^<]+)", data)[1])
    assert inner.startswith(b'<?xml version="1.0" encoding="utf-8"?>')
    assert re.findall(rb"<([A-Z_]+)>", inner)[1:] == [
        name.encode() for name in tables.form().tables["XML1"].names
    ]


def test_characters_that_xml_cannot_hold_become_spaces():
    visit = examples.outpatient(GHI_CHU="a\x00b\x0bc\ufffed]]>e\rf")

    [dossier] = reader.read(examples.file_of(visit)).dossiers

    assert dossier.summary["GHI_CHU"] == "a b c d]]>e\rf"


def test_fields_the_form_does_not_know_are_not_written():
    visit = examples.outpatient()
    visit.summary["MA_LA"] = "x"

    assert "MA_LA" not in reader.read(examples.file_of(visit)).dossiers[0].summary


def test_check_ins_and_visits_do_not_share_a_file():
    check_in = model.Dossier("a", "31T01", "3176", {"XML0": [examples.row("XML0", MA_LK="a")]})

    with pytest.raises(ValueError, match="check-in"):
        examples.file_of(check_in, examples.outpatient())


def referred(form):
    visit = examples.outpatient(MA_NGHE_NGHIEP="51")
    visit.form = form
    known = {"MA_LK": visit.ma_lk, "HO_TEN": "Nguyễn Văn Mẫu"}
    older = {"MA_NOI_DI": "31T02", "MA_NOI_DEN": "31T03", "PP_DIEU_TRI": "Ổn định"}
    newer = {"MA_CSKCB_DI": "31T02;31T04", "MA_CSKCB_DEN": "31T03", "TINH_TRANG_CT": "Ổn định"}
    visit.tables["XML13"] = [
        examples.row("XML13", form=form, **known | (older if form == "4750" else newer))
    ]
    date = "202604010800" if form == "4750" else "20260401"
    visit.tables["XML14"] = [examples.row("XML14", form=form, MA_LK=visit.ma_lk, NGAY_HEN_KL=date)]
    return visit


def test_the_older_form_becomes_the_newer():
    visit = referred("4750")
    visit.summary["MA_NGHE_NGHIEP"] = "51420"

    newer = forms.convert(visit, "3176")

    [paper], [appointment] = newer.rows("XML13"), newer.rows("XML14")
    assert tuple(paper) == tables.form("3176").tables["XML13"].names
    assert (paper["MA_CSKCB_DI"], paper["MA_CSKCB_DEN"]) == ("31T02", "31T03")
    assert paper["TINH_TRANG_CT"] == "Ổn định"
    assert appointment["NGAY_HEN_KL"] == "20260401"
    assert newer.summary["MA_NGHE_NGHIEP"] == "51"
    assert reader.read(examples.file_of(visit)).dossiers == [newer]


def test_the_newer_form_becomes_the_older():
    older = forms.convert(referred("3176"), "4750")

    [paper], [appointment] = older.rows("XML13"), older.rows("XML14")
    assert tuple(paper) == tables.form("4750").tables["XML13"].names
    assert (paper["MA_NOI_DI"], paper["MA_NOI_DEN"]) == ("31T02", "31T03")
    assert paper["TEN_DICH_VU"] == "Khám Nội; Định lượng Glucose [Máu]"
    assert paper["TEN_THUOC"] == "Thuốc mẫu"
    assert appointment["NGAY_HEN_KL"] == "202604010000"


def test_the_same_form_is_left_alone():
    visit = referred("3176")

    assert forms.convert(visit, "3176") is visit
