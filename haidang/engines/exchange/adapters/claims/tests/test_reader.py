"""What the reader tolerates, and what it answers to bad input."""

import base64
import io
import resource
import tracemalloc
from pathlib import Path

import pytest

from haidang.engines.exchange.adapters.claims import contents, envelope, reader, writer
from haidang.engines.exchange.adapters.claims.tests import examples


def inner(table, dossier=None):
    """The document of one table of the example visit, as text without its declaration."""
    rows = (dossier or examples.outpatient()).rows(table)
    return writer.table_xml(table, rows).decode().partition("?>")[2].strip()


def encoded(text, encoding="utf-8"):
    return base64.b64encode(text if isinstance(text, bytes) else text.encode(encoding)).decode()


def read_one(text, table="XML1"):
    file = reader.read(examples.frame((table, text)).encode())
    assert file.problems == []
    assert len(file.dossiers) == 1
    return file.dossiers[0]


def codes(problems):
    return [problem.code for problem in problems]


def test_a_written_file_is_read_back():
    visit = examples.outpatient()

    file = reader.read(examples.file_of(visit))

    assert (file.sender, file.made_on, file.signed) == ("31T01", "20260302", False)
    assert file.dossiers == [visit]
    assert file.problems == file.dossiers[0].problems == []


XML1 = inner("XML1")
DECLARED = '<?xml version="1.0" encoding="utf-8"?>'
BASE64 = encoded(XML1)
SPACED = XML1.replace("<MA_BENH_CHINH>I10<", "<MA_BENH_CHINH>\tI10 \n<")
DECOMPOSED = XML1.replace("Nguyễn", "Nguye\u0302\u0303n")
TOLERATED = {
    "base64": BASE64,
    "line breaks inside base64": "\r\n".join(BASE64[i : i + 76] for i in range(0, len(BASE64), 76)),
    "xml in place of base64": XML1,
    "escaped xml in place of base64": XML1.replace("<", "&lt;").replace(">", "&gt;"),
    "xml in CDATA": f"<![CDATA[{DECLARED}{XML1}]]>",
    "declaration": encoded(DECLARED + XML1),
    "byte-order mark": encoded(DECLARED + XML1, "utf-8-sig"),
    "utf-16 with its mark": encoded('<?xml version="1.0" encoding="utf-16"?>' + XML1, "utf-16"),
    "utf-8 that says utf-16": encoded('<?xml version="1.0" encoding="utf-16"?>' + XML1),
    "white space before the declaration": encoded("\n  " + DECLARED + XML1),
    "spaces around codes": encoded(SPACED),
    "decomposed letters": encoded(DECOMPOSED),
    "comments": encoded(XML1.replace("<STT>", "<!-- one --><STT>")),
    "a namespace": encoded(XML1.replace("<TONG_HOP>", '<TONG_HOP xmlns="urn:example">')),
    "CDATA": encoded(XML1.replace("Đau đầu", "<![CDATA[Đau đầu]]>")),
}


@pytest.mark.parametrize("text", TOLERATED.values(), ids=TOLERATED)
def test_content_is_read_whatever_its_wrapping(text):
    dossier = read_one(text)

    assert dossier.tables["XML1"] == examples.outpatient().tables["XML1"]
    assert dossier.problems == []


def test_legacy_encoding_is_honoured_when_declared():
    text = XML1.replace("Nguyễn Văn Mẫu", "NGUYEN VAN MAU").encode("ascii", "replace").decode()
    data = f'<?xml version="1.0" encoding="windows-1258"?>{text}'.replace("MAU", "M\xc2U")

    dossier = read_one(encoded(data.encode("latin-1")))

    assert dossier.summary["HO_TEN"] == "NGUYEN VAN MÂU"


def test_control_characters_are_read_as_spaces_and_said():
    dossier = read_one(encoded(XML1.replace("Đau đầu", "Đau\x0bđầu\x1f")))

    assert dossier.summary["LY_DO_VV"] == "Đau đầu"
    assert codes(dossier.problems) == ["table.control"]


def test_children_in_another_order_come_out_in_table_order():
    text = XML1.replace("<STT>1</STT>", "").replace("</TONG_HOP>", "<STT>1</STT></TONG_HOP>")

    dossier = read_one(encoded(text))

    assert list(dossier.summary) == list(contents.template("XML1"))
    assert dossier.problems == []


def test_numbers_keep_their_spelling():
    text = XML1.replace("<T_THUOC>200000<", "<T_THUOC>200000.000<")

    assert read_one(encoded(text)).summary["T_THUOC"] == "200000.000"


def test_missing_fields_are_empty_and_said_once():
    text = XML1.replace("<DU_PHONG></DU_PHONG>", "").replace("<NHOM_MAU></NHOM_MAU>", "")

    dossier = read_one(encoded(text))

    assert dossier.summary["NHOM_MAU"] == ""
    [problem] = dossier.problems
    assert (problem.code, problem.severity) == ("field.absent", "warning")
    assert "NHOM_MAU, DU_PHONG" in problem.vi


def test_an_unknown_field_is_kept_last_and_said():
    dossier = read_one(encoded(XML1.replace("<STT>", "<MA_LA>x</MA_LA><STT>")))

    assert list(dossier.summary)[-1] == "MA_LA"
    assert codes(dossier.problems) == ["field.unknown"]


def test_what_is_the_same_in_every_row_is_said_once():
    row = "<CHI_TIET_THUOC><MA_LK>k</MA_LK><STT>{}</STT></CHI_TIET_THUOC>"
    text = "".join(row.format(n) for n in range(1, 40))

    dossier = read_one(
        encoded(f"<CHITIEU_CHITIET_THUOC>{text}</CHITIEU_CHITIET_THUOC>"), table="XML2"
    )

    assert len(dossier.rows("XML2")) == 39
    assert codes(dossier.problems) == ["field.absent"]


def test_rows_without_end_are_cut(monkeypatch):
    monkeypatch.setattr(contents, "MOST_ROWS", 10)
    dossier = examples.outpatient()
    dossier.tables["XML4"] = [examples.result(dossier.ma_lk, n) for n in range(1, 12)]

    [read] = reader.read(examples.file_of(dossier)).dossiers

    assert len(read.rows("XML4")) == 10
    assert codes(read.problems) == ["table.too_large"]


def test_a_field_given_twice_with_two_values_is_an_error():
    dossier = read_one(encoded(XML1.replace("<STT>", "<MA_BN>other</MA_BN><STT>")))

    assert codes(dossier.problems) == ["field.twice"]


@pytest.mark.parametrize("empty", ["", " \n ", encoded("<CHITIEU_CHITIET_THUOC/>")])
def test_a_table_without_rows_is_absent(empty):
    data = examples.frame(("XML1", BASE64), ("XML2", empty))

    file = reader.read(data.encode())

    assert list(file.dossiers[0].tables) == ["XML1"]
    assert file.dossiers[0].problems == []


def test_tables_come_out_in_table_order():
    data = examples.frame(("XML2", encoded(inner("XML2"))), ("XML1", BASE64))

    assert list(reader.read(data.encode()).dossiers[0].tables) == ["XML1", "XML2"]


def test_a_prefixed_envelope_is_read():
    data = examples.frame(("XML1", BASE64))
    for name in ("GIAMDINHHS", "HOSO", "FILEHOSO", "NOIDUNGFILE"):
        data = data.replace(f"<{name}>", f"<g:{name}>").replace(f"</{name}>", f"</g:{name}>")
    data = data.replace("<g:GIAMDINHHS>", '<g:GIAMDINHHS xmlns:g="urn:example">')

    assert reader.read(data.encode()).dossiers[0].ma_lk == examples.outpatient().ma_lk


@pytest.mark.parametrize(
    "data",
    [
        examples.frame(("XML1", BASE64)).encode("utf-8-sig"),
        examples.frame(("XML1", BASE64)).replace("utf-8", "utf-16").encode("utf-16"),
        examples.frame(("XML1", BASE64)).replace("utf-8", "utf-16").encode(),
        b"\n\n " + examples.frame(("XML1", BASE64)).encode(),
        examples.frame(("XML1", BASE64)).replace("<HOSO>", "").replace("</HOSO>", "").encode(),
    ],
    ids=["byte-order mark", "utf-16", "utf-8 that says utf-16", "leading space", "no HOSO"],
)
def test_the_envelope_is_read_in_other_clothes(data):
    file = reader.read(data)

    assert [dossier.ma_lk for dossier in file.dossiers] == [examples.outpatient().ma_lk]
    assert file.problems == []


def test_a_signature_is_seen():
    data = examples.frame(
        ("XML1", BASE64), signature="<Signature xmlns='urn:x'><A>1</A></Signature>"
    )

    assert reader.read(data.encode()).signed


def test_one_byte_at_a_time_gives_the_same():
    data = examples.file_of(examples.outpatient())

    class Dripping(io.BytesIO):
        def read(self, size=-1):
            return super().read(7)

    assert reader.read(Dripping(data)) == reader.read(data)


REFUSED = {
    "file.empty": b"",
    "file.not_xml": b"PK\x03\x04 not xml",
    "file.root": b"<html></html>",
    "file.truncated": examples.file_of(examples.outpatient())[:-400],
    "file.encoding": examples.frame(("XML1", BASE64), sender="Tr\xe0m").encode("latin-1"),
    "file.entity": b"<GIAMDINHHS><MACSKCB>&nobody;</MACSKCB></GIAMDINHHS>",
    "file.too_deep": b"<GIAMDINHHS>" + b"<A>" * 100 + b"</A>" * 100 + b"</GIAMDINHHS>",
    "file.no_dossier": b"<GIAMDINHHS><MACSKCB>31T01</MACSKCB></GIAMDINHHS>",
    "file.doctype": b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><GIAMDINHHS>&e;</GIAMDINHHS>',
}


@pytest.mark.parametrize(("code", "data"), REFUSED.items(), ids=REFUSED)
def test_a_bad_file_gets_one_clear_answer(code, data):
    file = reader.read(data)

    assert codes(file.problems) == [code]
    assert not file.is_readable


def test_entities_are_never_expanded():
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    bomb = (
        f'<!DOCTYPE GIAMDINHHS [<!ENTITY e0 "lol">{levels}]><GIAMDINHHS><X>&e11;</X></GIAMDINHHS>'
    )

    assert codes(reader.read(bomb.encode()).problems) == ["file.doctype"]
    dossier = read_one(encoded(bomb.replace("GIAMDINHHS", "TONG_HOP")))
    assert codes(dossier.problems) == ["table.entity"]


BROKEN_TABLES = {
    "table.base64": BASE64[:-3],
    "table.not_xml": encoded(XML1.replace("</STT>", "")),
    "table.encoding": encoded(XML1.encode("utf-8").replace("Đ".encode(), b"\xd0")),
    "table.swapped": encoded(inner("XML2")),
    "table.too_deep": encoded("<TONG_HOP>" + "<A>" * 300 + "</A>" * 300 + "</TONG_HOP>"),
    "table.too_large": encoded(XML1.replace("Đau đầu", "x" * 11_000_000)),
}


@pytest.mark.parametrize(("code", "text"), BROKEN_TABLES.items(), ids=BROKEN_TABLES)
def test_a_broken_table_is_a_problem_of_its_dossier(code, text):
    data = examples.frame(("XML1", text)).encode()

    file = reader.read(data)

    if code != "table.too_large":
        assert file.problems == []
        assert codes(file.dossiers[0].problems) == [code]
    else:
        assert codes(file.problems) == ["file.too_large"]


def test_an_unknown_table_and_a_repeated_one():
    files = [("XML1", BASE64), ("XML1", BASE64), ("XML99", encoded("<LA/>"))]

    file = reader.read(examples.frame(*files).encode())

    assert codes(file.dossiers[0].problems) == ["table.twice", "table.unknown"]


def test_the_same_visit_twice_in_a_file():
    file = reader.read(examples.file_of(examples.outpatient(), examples.outpatient()))

    assert codes(file.dossiers[0].problems) == []
    assert codes(file.dossiers[1].problems) == ["file.duplicate_visit"]


def test_a_facility_that_sends_for_another():
    file = reader.read(examples.file_of(examples.outpatient(), sender="31T02"))

    assert codes(file.dossiers[0].problems) == ["file.other_facility"]


@pytest.mark.parametrize(
    ("facts", "code"),
    [({"count": "2"}, "file.count"), ({"made_on": "20260230"}, "file.made_on")],
)
def test_a_header_that_does_not_agree_is_a_warning(facts, code):
    file = reader.read(examples.frame(("XML1", BASE64), **facts).encode())

    assert codes(file.problems) == [code]
    assert file.is_readable


def test_a_file_without_its_sender_is_that_of_its_first_dossier():
    file = reader.read(examples.frame(("XML1", BASE64), sender="").encode())

    assert file.sender == "31T01"
    assert codes(file.problems) == ["file.sender"]
    assert file.is_readable


def test_the_day_of_a_file_may_have_a_time():
    file = reader.read(examples.frame(("XML1", BASE64), made_on="202603021015").encode())

    assert (file.made_on, file.problems) == ("20260302", [])


def check_in(ma_lk, **values):
    known = {"MA_LK": ma_lk, "MA_CSKCB": "31T01", "NGAY_VAO": "202603020800"}
    return examples.row("XML0", **known | values)


def test_check_ins_are_grouped_by_visit():
    rows = [check_in("a", STT="1"), check_in("a", STT="2"), check_in("b", STT="3")]
    root, group, _ = contents.tables.FRAMES["XML0"]
    data = writer.table_xml("XML0", rows)

    file = reader.read(data)

    assert [(d.ma_lk, len(d.rows("XML0"))) for d in file.dossiers] == [("a", 2), ("b", 1)]
    assert all(d.is_check_in and d.form == "3176" for d in file.dossiers)
    assert file.sender == "31T01"
    assert writer.write(file.dossiers, sender="31T01", made_on="20260302") != data
    assert reader.read(writer.write(file.dossiers, sender="", made_on="")).dossiers == file.dossiers


@pytest.mark.parametrize(
    ("ended", "form"),
    [("202412312359", "4750"), ("202501010000", "3176"), ("202501020000", "3176")],
)
def test_the_form_follows_the_end_of_the_visit(ended, form):
    """QĐ 3176 applies from 2025-01-01."""
    visit = examples.outpatient(NGAY_RA=ended)

    assert reader.read(examples.file_of(visit)).dossiers[0].form == form


def test_the_referral_paper_tells_the_form_whatever_the_date():
    for form in ("4750", "3176"):
        visit = examples.outpatient()
        visit.form = form
        visit.tables["XML13"] = [examples.row("XML13", form=form, MA_LK=visit.ma_lk)]

        file = reader.read(examples.file_of(visit, form=form))

        assert file.dossiers == [visit]
        assert file.dossiers[0].problems == []


def test_size_limits_are_answered_not_raised():
    data = examples.file_of(*(examples.outpatient(f"v{n}") for n in range(40)))

    for limits in (envelope.Limits(bytes=70_000), envelope.Limits(visit_elements=3)):
        assert "file.too_large" in codes(reader.read(data, limits=limits).problems)


class Endless(io.RawIOBase):
    """A file of very many visits that is never in memory as a whole."""

    def __init__(self, count):
        whole = examples.frame(("XML1", BASE64)).encode()
        head, visit, tail = whole.partition(b"<HOSO>")[0], b"", b""
        visit = b"<HOSO>" + whole.partition(b"<HOSO>")[2].partition(b"</HOSO>")[0] + b"</HOSO>"
        tail = whole.partition(b"</HOSO>")[2]
        self._parts = iter([head, *[visit] * count, tail])

    def read(self, size=-1):
        return next(self._parts, b"")


def resident_mb():
    """Memory of this process, that of libxml2 included."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def test_memory_does_not_grow_with_the_file():
    """25 MB of visits pass through; tracemalloc sees Python's share, the process all of it."""

    def peak(count):
        tracemalloc.start()
        found = sum(1 for _ in reader.stream(Endless(count)))
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert found == count
        return top

    peak(60)
    before = resident_mb()

    assert peak(6000) < 2**20
    assert resident_mb() - before < 12


def test_a_file_of_junk_is_given_up():
    class Junk(io.RawIOBase):
        def read(self, size=-1):
            return b"<!-- nothing to see -->" * 3000

    assert codes(reader.read(Junk()).problems) == ["file.not_xml"]
