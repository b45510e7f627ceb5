"""Write dossiers as a claims file: UTF-8, base64 tables in table order, no byte-order mark (ghi tệp hồ sơ).

Source: QĐ 3176/QĐ-BYT 2024 and QĐ 4750/QĐ-BYT 2023; the frame as the integration guide of the gateway shows it.
"""

import base64
import re
from collections.abc import Iterable, Sequence

from haidang.engines.exchange.adapters.claims import contents, envelope, forms, tables
from haidang.engines.exchange.adapters.claims.model import Dossier, Row

_DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'
_SPACES = (
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:xsd="http://www.w3.org/2001/XMLSchema"'
)
_SPECIAL = re.compile("[&<>\r]|[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_WRITTEN = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}


def write(
    dossiers: Iterable[Dossier], *, form: str = tables.NEWEST, sender: str, made_on: str
) -> bytes:
    """One file with these visits, converted to `form` where they have the other one.

    sender     MACSKCB, 5 characters
    made_on    NGAYLAP, `yyyymmdd`

    Check-ins (XML0) are files of their own: given only check-ins, the result is a check-in file.

    Raises    ValueError when visits and check-ins are mixed
    """
    chosen = [forms.convert(dossier, form) for dossier in dossiers]
    check_ins = sum(dossier.is_check_in for dossier in chosen)
    if check_ins and check_ins < len(chosen):
        raise ValueError("A check-in file holds no other tables; write it apart.")
    text = _check_in(chosen) if check_ins else _envelope(chosen, form, sender, made_on)
    return text.encode()


def _envelope(dossiers, form, sender, made_on):
    visits = "".join(_visit(dossier, form) for dossier in dossiers)
    return (
        f"{_DECLARATION}<{envelope.ENVELOPE} {_SPACES}>"
        f"<THONGTINDONVI><MACSKCB>{escape(sender)}</MACSKCB></THONGTINDONVI>"
        f"<THONGTINHOSO><NGAYLAP>{escape(made_on)}</NGAYLAP><SOLUONGHOSO>{len(dossiers)}</SOLUONGHOSO>"
        f"<DANHSACHHOSO>{visits}</DANHSACHHOSO></THONGTINHOSO>"
        f"<CHUKYDONVI></CHUKYDONVI></{envelope.ENVELOPE}>\n"
    )


def _visit(dossier, form):
    files = "".join(
        f"<FILEHOSO><LOAIHOSO>{table}</LOAIHOSO>"
        f"<NOIDUNGFILE>{base64.b64encode(table_xml(table, dossier.rows(table), form)).decode()}"
        "</NOIDUNGFILE></FILEHOSO>"
        for table in tables.FRAMES
        if dossier.rows(table)
    )
    return f"<HOSO>{files}</HOSO>"


def _check_in(dossiers):
    root, group, _ = tables.FRAMES["XML0"]
    rows = "".join(_row(row, "3176") for dossier in dossiers for row in dossier.rows("XML0"))
    return f"{_DECLARATION}<{root} {_SPACES}><{group}>{rows}</{group}><CHUKYDONVI></CHUKYDONVI></{root}>\n"


def table_xml(table: str, rows: Sequence[Row], form: str = tables.NEWEST) -> bytes:
    """The document of one table, as it stands inside NOIDUNGFILE before base64."""
    root, group, _ = tables.FRAMES[table]
    inside = "".join(_row(row, form) for row in rows)
    if group:
        inside = f"<{root}><{group}>{inside}</{group}></{root}>"
    return f"{_DECLARATION}{inside}\n".encode()


def _row(row, form):
    root, _, name = tables.FRAMES[row.table]
    blank = contents.template(row.table, form)
    fields = "".join(f"<{field}>{escape(row.get(field, ''))}</{field}>" for field in blank)
    return f"<{name or root}>{fields}</{name or root}>"


def escape(text: str) -> str:
    """Text as XML content; characters that XML cannot hold become spaces."""
    return _SPECIAL.sub(_written, text) if _SPECIAL.search(text) else text


def _written(found):
    return _WRITTEN.get(found[0], " ")
