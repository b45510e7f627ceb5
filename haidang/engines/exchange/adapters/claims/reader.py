"""Read a claims file: `read` for a whole file, `stream` for one visit at a time (đọc tệp hồ sơ).

Bad input gives problems, not exceptions. Problems of the file stand in `File.problems`, those of one visit in its
`Dossier.problems`; after an error of the file (half a file, an entity trick) the dossiers before it are given, but the
sender should be asked for the whole file again.
"""

import io
import re
from collections.abc import Iterator
from typing import BinaryIO

from haidang.engines.exchange.adapters.claims import contents, dates, envelope, tables
from haidang.engines.exchange.adapters.claims.model import WARNING, Dossier, File
from haidang.engines.exchange.adapters.claims.problems import problem

Limits = envelope.Limits

# QĐ 3176 applies to visits that end from this day (QĐ 3176/QĐ-BYT 2024).
_NEWER_FROM = "20250101"
_ORDER = {table: place for place, table in enumerate(tables.FRAMES)}


def read(source: bytes | BinaryIO, *, limits: Limits = envelope.DEFAULT) -> File:
    """The whole file. For a file of thousands of visits prefer `stream`: memory then holds one visit."""
    reading = stream(source, limits=limits)
    reading.file.dossiers.extend(reading)
    return reading.file


def stream(source: bytes | BinaryIO, *, limits: Limits = envelope.DEFAULT) -> "Reading":
    """One dossier at a time; `.file` holds header and problems, complete once the iteration has ended."""
    return Reading(io.BytesIO(source) if isinstance(source, bytes) else source, limits)


class Reading:
    """A file being read. Iterate once."""

    def __init__(self, source: BinaryIO, limits: Limits):
        self._envelope = envelope.Envelope(source, limits)
        self.file = self._envelope.file

    def __iter__(self) -> Iterator[Dossier]:
        seen: dict[str, int] = {}
        count = 0
        for dossier in self._dossiers():
            count += 1
            self._check(dossier, seen, count)
            yield dossier
        if self.file.is_readable:
            self._check_header(count)

    def _dossiers(self):
        pending = None
        for block in self._envelope:
            dossier = _dossier(block)
            if dossier.is_check_in and pending and pending.ma_lk == dossier.ma_lk:
                _join(pending, dossier)
                continue
            if pending:
                yield pending
            pending = dossier if dossier.is_check_in else None
            if pending is None:
                yield dossier
        if pending:
            yield pending

    def _check(self, dossier, seen, count):
        file = self.file
        if not file.sender and dossier.facility:
            file.sender = dossier.facility
            if not dossier.is_check_in:  # a check-in file has no place for its sender
                file.problems.append(problem("file.sender", WARNING, field="MACSKCB"))
        if not dossier.is_check_in and dossier.facility and dossier.facility != file.sender:
            facts = {"found": dossier.facility[:10], "sender": file.sender[:10]}
            dossier.problems.append(
                problem("file.other_facility", table="XML1", row=1, field="MA_CSKCB", **facts)
            )
        if dossier.ma_lk in seen and not dossier.is_check_in and dossier.ma_lk:
            first = seen[dossier.ma_lk]
            dossier.problems.append(problem("file.duplicate_visit", field="MA_LK", first=first))
        seen.setdefault(dossier.ma_lk, count)

    def _check_header(self, count):
        report, file = self.file.problems.append, self.file
        if not count:
            report(problem("file.no_dossier"))
        if not file.sender:
            report(problem("file.sender", field="MACSKCB"))
        if dates.is_moment(file.made_on):
            file.made_on = file.made_on[:8]
        if file.made_on and not dates.is_day(file.made_on):
            report(problem("file.made_on", WARNING, field="NGAYLAP"))
        stated = self._envelope.stated
        if re.fullmatch(r"\d{1,9}", stated) and int(stated) != count:
            facts = {"stated": stated, "found": count}
            report(problem("file.count", WARNING, field="SOLUONGHOSO", **facts))


def _dossier(block):
    found = {t: rows for t, rows in sorted(block.tables.items(), key=_place) if rows}
    first = next((rows[0] for rows in found.values()), {})
    dossier = Dossier(first.get("MA_LK", ""), first.get("MA_CSKCB", ""), "", found, block.problems)
    dossier.form = _form(dossier)
    return dossier


def _place(item):
    return _ORDER[item[0]]


def _join(dossier, more):
    rows = dossier.tables["XML0"]
    for row in more.tables["XML0"]:
        row.index = len(rows) + 1
        rows.append(row)
    dossier.problems.extend(more.problems)


def _form(dossier):
    """Tell the two forms apart: by the referral paper, the appointment date, else the end of the visit.

    Source: QĐ 3176/QĐ-BYT 2024 renames fields of XML13, shortens NGAY_HEN_KL of XML14, and applies from 2025-01-01
    """
    for row in dossier.rows("XML13"):
        return contents.form_of_referral(row)
    for row in dossier.rows("XML14"):
        if len(row["NGAY_HEN_KL"]) == 12:
            return "4750"
    row = dossier.summary or next(iter(dossier), {})
    ended = row.get("NGAY_RA") or row.get("NGAY_YL") or row.get("NGAY_VAO", "")
    return "4750" if "20000101" <= ended[:8] < _NEWER_FROM else "3176"
