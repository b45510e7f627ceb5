"""Every way a file can be wrong, and what the reader and the validator must answer (tệp lỗi có chủ ý).

Each fault is a file made from a good one. `expects` are the problem codes that must be among the answers; `refused` says
whether the dossier, or the whole file, must be refused. Tests, demos and training use the same list.
"""

import base64
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import NamedTuple

from haidang.engines.exchange.adapters.claims import contents, model, writer

SENDER, MADE_ON = "31Z01", "20260302"


class Fault(NamedTuple):
    """A spoilt file: `name` of the file, its bytes, the codes expected, and whether it must be refused."""

    name: str
    content: bytes
    expects: tuple[str, ...]
    refused: bool


_MAKERS: dict[str, tuple[Callable, tuple[str, ...], bool]] = {}


def fault(*expects: str, refused: bool = True):
    """Register a function from a list of good dossiers of one facility to the bytes of a spoilt file."""

    def register(function):
        _MAKERS[function.__name__] = (function, expects, refused)
        return function

    return register


def every(seed: int = 1) -> Iterator[Fault]:
    """One file of each fault; the same for the same seed."""
    good = _good(seed)
    for name in _MAKERS:
        yield _made(name, deepcopy(good))


def one(name: str, seed: int = 1) -> Fault:
    """One of them alone, as `every` gives it."""
    return _made(name, _good(seed))


def _made(name, good):
    make, expects, refused = _MAKERS[name]
    return Fault(f"fault-{name}.xml", make(good), expects, refused)


def names() -> list[str]:
    return list(_MAKERS)


def _good(seed):
    """Six visits of one facility with drugs, tests and results, of six patients."""
    from simulators import his  # the package imports this module for its command line

    place = his.Facility(SENDER, "Bệnh viện đa khoa mô phỏng")
    found: dict[str, model.Dossier] = {}
    for dossier in his.generate(seed, 4000, facility=place, form="3176"):
        if {"XML2", "XML3", "XML4"} <= dossier.tables.keys() and dossier.summary["MA_THE_BHYT"]:
            found.setdefault(dossier.summary["MA_BN"], dossier)
        if len(found) == 6:
            break
    return list(found.values())


def _file(dossiers, **facts):
    return writer.write(dossiers, **{"sender": SENDER, "made_on": MADE_ON} | facts)


def _changed(good, table, **values):
    good[0].tables[table][0].update(values)
    return _file(good[:1])


def _replaced(good, table, content: bytes | str):
    """The file with other text in NOIDUNGFILE of one table; bytes are encoded."""
    text = base64.b64encode(content).decode() if isinstance(content, bytes) else content
    pattern = rf"(<LOAIHOSO>{table}</LOAIHOSO><NOIDUNGFILE>)[^<]*"
    return re.sub(
        pattern, lambda found: found[1] + text, _file(good[:1]).decode(), count=1
    ).encode()


def _inner(good, table):
    return writer.table_xml(table, good[0].rows(table))


@fault("file.truncated")
def half_a_file(good):
    whole = _file(good)
    return whole[: len(whole) // 2]


@fault("file.empty")
def empty(good):
    return b""


@fault("file.not_xml")
def not_xml(good):
    return b"MA_LK,MA_BN,HO_TEN\n1,2,3\n"


@fault("file.not_xml")
def tags_crossed(good):
    return _file(good[:1]).replace(b"</THONGTINDONVI>", b"</THONGTINHOSO>")


@fault("file.encoding")
def wrong_encoding(good):
    return _file(good[:1]).replace(b"<MACSKCB>", b"<TENCSKCB>B\xe8nh vi\xean</TENCSKCB><MACSKCB>")


@fault("file.root")
def another_document(good):
    return b"<?xml version='1.0'?><KHAMSUCKHOE></KHAMSUCKHOE>"


@fault("file.doctype")
def entity_bomb(good):
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    return (
        f'<!DOCTYPE GIAMDINHHS [<!ENTITY e0 "ha">{levels}]><GIAMDINHHS>&e9;</GIAMDINHHS>'.encode()
    )


@fault("file.doctype")
def external_entity(good):
    return b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><GIAMDINHHS><MACSKCB>&x;</MACSKCB></GIAMDINHHS>'


@fault("table.entity")
def entity_bomb_inside(good):
    bomb = b'<!DOCTYPE TONG_HOP [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><TONG_HOP><MA_LK>&b;</MA_LK></TONG_HOP>'
    return _replaced(good, "XML1", bomb)


@fault("file.too_deep")
def deep_nesting(good):
    return b"<GIAMDINHHS>" + b"<HOSO>" * 200 + b"</HOSO>" * 200 + b"</GIAMDINHHS>"


@fault("file.no_dossier")
def no_dossier(good):
    return _file([])


@fault("table.base64", "C2")
def broken_base64(good):
    return _replaced(good, "XML1", "PFRPTkdf*SE9Q")


@fault("table.not_xml")
def broken_table(good):
    return _replaced(good, "XML3", _inner(good, "XML3").replace(b"</STT>", b"", 1))


@fault("table.encoding")
def table_in_another_encoding(good):
    return _replaced(
        good,
        "XML1",
        _inner(good, "XML1").replace("ườ".encode(), b"\xc0\xd5\xff").replace("ả".encode(), b"\xc0"),
    )


@fault("table.swapped")
def swapped_tables(good):
    return _replaced(good, "XML2", _inner(good, "XML3"))


@fault("table.twice", "C2", refused=True)
def missing_summary_and_table_twice(good):
    data = _file(good[:1]).decode()
    blocks = re.findall(r"<FILEHOSO>.*?</FILEHOSO>", data)
    return data.replace(blocks[0], blocks[1]).encode()


@fault("table.unknown")
def unknown_table(good):
    return _replaced(good, "XML4", b"<BANG_LA/>").replace(b"<LOAIHOSO>XML4", b"<LOAIHOSO>XML44")


@fault("C2")
def missing_summary(good):
    del good[0].tables["XML1"]
    return _file(good[:1])


@fault("file.duplicate_visit")
def duplicated_visit(good):
    return _file([good[0], good[0]])


@fault("M11", "M12")
def duplicated_lines(good):
    rows = good[0].tables["XML2"]
    good[0].tables["XML2"] = rows + deepcopy(rows)
    return _file(good[:1])


@fault("file.other_facility")
def another_facility(good):
    return _file(good[:1], sender="31Z02")


@fault("C1")
def mixed_visits(good):
    return _changed(good, "XML3", MA_LK=good[1].ma_lk)


@fault("C11")
def mixed_patients(good):
    row = model.Row("XML14", 1, contents.template("XML14"))
    row.update({name: value for name, value in good[1].summary.items() if name in row})
    row.update(
        MA_LK=good[0].ma_lk,
        SO_GIAYHEN_KL="GH1",
        NGAY_HEN_KL="20991231",
        NGAY_CT="20991231",
        MA_BAC_SI="990001/HP-CCHN",
    )
    good[0].tables["XML14"] = [row]
    return _file(good[:1])


@fault("field.date")
def impossible_date(good):
    return _changed(good, "XML1", NGAY_VAO="202602300800")


@fault("D1")
def ends_before_it_starts(good):
    return _changed(good, "XML1", NGAY_RA="202001010800")


@fault("D2")
def result_before_the_order(good):
    good[0].tables["XML3"][-1].update(NGAY_KQ="202001010800")
    return _file(good[:1])


@fault("M1", "M10")
def wrong_amount(good):
    return _changed(good, "XML2", THANH_TIEN_BV="1")


@fault("M12")
def wrong_total(good):
    return _changed(good, "XML1", T_TONGCHI_BV="1")


@fault("field.number")
def decimal_comma(good):
    return _changed(good, "XML2", DON_GIA="1200,5")


@fault("field.code")
def unknown_sex(good):
    return _changed(good, "XML1", GIOI_TINH="9")


@fault("field.code", refused=False)
def unknown_visit_category(good):
    return _changed(good, "XML1", MA_DOITUONG_KCB="7.9")


@fault("field.required")
def no_name(good):
    return _changed(good, "XML1", HO_TEN="")


@fault("field.twice")
def field_given_twice(good):
    return _replaced(
        good, "XML1", _inner(good, "XML1").replace(b"<MA_BN>", b"<MA_BN>X</MA_BN><MA_BN>", 1)
    )


@fault("C3")
def cards_that_do_not_match(good):
    return _changed(good, "XML1", MA_THE_BHYT="DN4319900000001;GD4319900000002")


@fault("field.required", refused=False)
def no_weight(good):
    return _changed(good, "XML1", CAN_NANG="")


@fault("C17", refused=False)
def malformed_citizen_id(good):
    return _changed(good, "XML1", SO_CCCD="03107")


@fault("D9", refused=False)
def card_out_of_date(good):
    return _changed(good, "XML1", GT_THE_TU="20190101", GT_THE_DEN="20191231")


@fault("C16", refused=False)
def result_without_order(good):
    return _changed(good, "XML4", MA_DICH_VU="99.9999.9999")


@fault("file.count", refused=False)
def wrong_count(good):
    return _file(good[:1]).replace(b"<SOLUONGHOSO>1<", b"<SOLUONGHOSO>3<")
