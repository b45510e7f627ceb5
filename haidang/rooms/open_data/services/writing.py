"""Writes the files of a release: CSV, JSON, Parquet and the dictionary, with their checksums."""

import hashlib
import io
import json

from haidang.engines.documents import api as documents
from haidang.rooms.open_data.domain import datasets, tables

TYPES = {
    "csv": "text/csv",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
    "dictionary": "text/csv",
}
_DICTIONARY = tuple(
    datasets.Column(name, "text", name)
    for name in ("name", "type", "title", "title_en", "meaning", "unit")
)


def files_of(dataset, rows, *, number, made_at, by):
    """Keep every file of a release; [{format, file, size, type, sha256}]."""
    about = {"title": dataset.title, "licence": dataset.licence, "release": number, "made_at": made_at.isoformat()}  # fmt: skip
    contents = {
        "csv": tables.csv_bytes(dataset.columns, rows),
        "json": tables.json_bytes(dataset.key, dataset.columns, rows, **about),
        "parquet": parquet_bytes(dataset, rows, about),
        "dictionary": tables.csv_bytes(_DICTIONARY, dictionary(dataset)),
    }
    return [_kept(form, content, by) for form, content in contents.items()]


def _kept(form, content, by):
    kept = documents.keep_made(content, type=TYPES[form], by=by)
    return {"format": form, "file": kept.sha256, "sha256": kept.sha256, "size": kept.size, "type": TYPES[form]}  # fmt: skip


def dictionary(dataset):
    """The data dictionary, as rows."""
    names = [column.name for column in _DICTIONARY]
    return [{name: getattr(column, name) for name in names} for column in dataset.columns]


def digest(rows):
    """Tells rows from other rows, whatever day they are released on."""
    text = json.dumps(rows, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def parquet_bytes(dataset, rows, about):
    """The rows as Parquet, with types and the meaning of each column in the schema."""
    import pyarrow
    import pyarrow.parquet

    kinds = {"text": pyarrow.string(), "whole": pyarrow.int64(), "number": pyarrow.float64(), "flag": pyarrow.bool_(), "date": pyarrow.date32()}  # fmt: skip
    fields = [
        pyarrow.field(c.name, kinds[c.type], metadata={"title": c.title, "meaning": c.meaning})
        for c in dataset.columns
    ]
    schema = pyarrow.schema(fields, metadata={k: str(v) for k, v in about.items()})
    given = [{c.name: _typed(row.get(c.name), c.type) for c in dataset.columns} for row in rows]
    out = io.BytesIO()
    table = pyarrow.Table.from_pylist(given, schema=schema)
    pyarrow.parquet.write_table(table, out, compression="zstd")
    return out.getvalue()


def _typed(value, type):
    if value is None:
        return None
    if type == "date" and isinstance(value, str):
        from datetime import date

        return date.fromisoformat(value)
    return {"text": str, "whole": int, "number": float, "flag": bool}.get(type, lambda v: v)(value)
