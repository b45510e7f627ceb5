"""Files of contributions as answers: always downloaded, never run."""

import csv
import io
import json

from django.http import FileResponse, HttpResponse
from django.utils.translation import gettext as _

from haidang.engines.documents import api as documents
from haidang.kernel import errors


def answer(row, *, own=False):
    """What was sent with a contribution: the file itself, or the table as it was read."""
    if row.file:
        kind = documents.file(row.file).type
        found = FileResponse(
            documents.open_file(row.file, own=own),
            content_type=kind,
            as_attachment=True,
            filename=row.file_name,
        )
    elif row.table:
        found = HttpResponse(_table(row), content_type="text/csv; charset=utf-8")
        found.headers["Content-Disposition"] = f'attachment; filename="dong-gop-{row.pk}.csv"'
    else:
        raise errors.NotFound("open_data.file_unknown", _("Đóng góp này không có tệp."))
    found.headers["X-Content-Type-Options"] = "nosniff"
    found.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return found


def _table(row):
    with documents.open_file(row.table) as file:
        held = json.loads(file.read())
    out = io.StringIO(newline="")
    csv.writer(out).writerows([held["names"], *held["rows"]])
    return ("\ufeff" + out.getvalue()).encode()
