"""Reads: the queue, one pair side by side, and the merges that may be undone."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from haidang.engines.access import api as access
from haidang.engines.ledger import api as ledger
from haidang.engines.people import api as people
from haidang.engines.places import api as places
from haidang.engines.records import api as records
from haidang.kernel import dates, errors, fhirjson
from haidang.rooms.identity_review import domain
from haidang.ui import wording

PAGE = 30
_COMPARED = gettext_noop("So sánh hồ sơ nghi trùng")
RULES = {
    "likeness": gettext_noop("Giống họ tên và ngày sinh, chưa có số nào trùng"),
    "citizen.contradicted": gettext_noop(
        "Cùng số định danh nhưng tên, năm sinh hoặc giới tính khác"
    ),
    "citizen.two_numbers": gettext_noop("Cùng thẻ bảo hiểm nhưng hai số định danh khác nhau"),
    "card.contradicted": gettext_noop("Cùng thẻ bảo hiểm nhưng tên hoặc ngày sinh khác"),
    "old_id.contradicted": gettext_noop("Cùng số CMND cũ nhưng tên hoặc ngày sinh khác"),
    "passport.contradicted": gettext_noop("Cùng hộ chiếu nhưng tên hoặc ngày sinh khác"),
    "mrn.contradicted": gettext_noop(
        "Cùng mã bệnh nhân của một cơ sở nhưng tên, năm sinh hoặc giới tính khác"
    ),
    "citizen": gettext_noop("Một lượt khám có số khớp với cả hai hồ sơ"),
    "card": gettext_noop("Một lượt khám có số thẻ khớp với cả hai hồ sơ"),
    "old_id": gettext_noop("Một lượt khám có số CMND khớp với cả hai hồ sơ"),
    "passport": gettext_noop("Một lượt khám có hộ chiếu khớp với cả hai hồ sơ"),
    "mrn": gettext_noop("Một lượt khám có mã bệnh nhân khớp với cả hai hồ sơ"),
}
EVIDENCE = {
    ("citizen", "same"): gettext_noop("Cùng số định danh"),
    ("citizen", "different"): gettext_noop("Hai số định danh khác nhau"),
    ("card", "same"): gettext_noop("Cùng thẻ bảo hiểm hoặc mã số BHXH"),
    ("old_id", "same"): gettext_noop("Cùng số CMND cũ"),
    ("passport", "same"): gettext_noop("Cùng hộ chiếu"),
    ("mrn", "same"): gettext_noop("Cùng mã bệnh nhân của một cơ sở"),
    ("name", "same"): gettext_noop("Họ tên giống nhau"),
    ("name", "close"): gettext_noop("Họ tên gần giống, có thể gõ nhầm"),
    ("name", "different"): gettext_noop("Họ tên khác nhau"),
    ("birth", "same"): gettext_noop("Cùng ngày sinh"),
    ("birth", "part"): gettext_noop("Ngày sinh khớp phần đã biết"),
    ("birth", "near"): gettext_noop("Cùng năm sinh, khác ngày hoặc tháng"),
    ("birth", "different"): gettext_noop("Khác năm sinh"),
    ("sex", "same"): gettext_noop("Cùng giới tính"),
    ("sex", "different"): gettext_noop("Khác giới tính"),
    ("phone", "same"): gettext_noop("Cùng điện thoại"),
    ("commune", "same"): gettext_noop("Cùng xã, phường"),
}


@dataclass(frozen=True)
class Waiting:
    """One pair in the queue."""

    id: int
    left: str
    right: str
    rule: str
    score: int
    opened_at: object
    place: str


@dataclass(frozen=True)
class Reason:
    """One thing that speaks for or against, in words; weight above zero speaks for."""

    text: str
    weight: int
    kind: str


def org_of(by):
    """The organisation whose pairs somebody sees; None for the whole city."""
    return by.org if by.org and by.org != places.HAI_PHONG else None


def queue(*, by, after=None):
    """Return one page of pairs that wait, the likeliest first (hàng chờ).

    after    (score, id) of the last pair of the page before
    """
    pairs = people.duplicates(org=org_of(by), after=after, limit=PAGE + 1)
    names = places.find_facilities({pair.org for pair in pairs if pair.org})
    lines = [_waiting(pair, names) for pair in pairs[:PAGE]]
    last = pairs[PAGE - 1] if len(pairs) > PAGE else None
    return {
        "lines": lines,
        "next": f"{last.score}-{last.id}" if last else "",
        "total": people.count_open(org_of(by)),
    }


def _waiting(pair, names):
    return Waiting(
        pair.id,
        _shortly(pair.left),
        _shortly(pair.right),
        word(RULES, pair.rule),
        pair.score,
        pair.opened_at,
        names[pair.org].name if pair.org in names else pair.org or "",
    )


def _shortly(row):
    return ", ".join(part for part in (row.name, dates.show(row.birth_date)) if part)


def pair(review_id, *, by):
    """Return one pair side by side with the reasons for and against; both looks are noted.

    Raises    NotFound `people.no_review`, also for a pair of another organisation
    """
    found = people.duplicate(review_id)
    if org_of(by) and found.org != org_of(by):
        raise errors.NotFound("people.no_review", _("Không còn cặp hồ sơ này để xem."))
    refs = [f"Patient/{row.id}" for row in (found.left, found.right)]
    ledger.looked_many(by=by, about=refs, what=_COMPARED, purpose="records")
    rows = (found.left, found.right)
    # Whose number is whose is work of records, which a denial of care does not bind.
    with access.reach(by, people=[row.rid for row in rows], asker=""):
        left, right = (_side(row) for row in rows)
    return {
        "pair": found,
        "rule": word(RULES, found.rule),
        "left": left,
        "right": right,
        "rows": domain.compared(left, right),
        "reasons": [_reason(one) for one in found.evidence],
        "keep": domain.kept_by_default(left, right),
    }


def _reason(evidence):
    kind = "ok" if evidence.weight > 0 else "bad"
    return Reason(word(EVIDENCE, (evidence.field, evidence.level)), evidence.weight, kind)


def _side(row):
    stored = records.compartment(row.rid, types=["Patient", "Encounter"])
    patient = next(fhirjson.loads(one.body) for one in stored if one.type == "Patient")
    starts = sorted(
        (fhirjson.loads(one.body).get("period") or {}).get("start", "")
        for one in stored
        if one.type == "Encounter"
    )
    return domain.Side(
        row.id,
        f"Patient/{row.id}",
        row.name,
        _facts(row, patient),
        len(starts),
        dates.show(starts[-1][:10]) if starts else "",
    )


def _facts(row, patient):
    facts = {
        _("Họ và tên"): row.name,
        _("Ngày sinh"): dates.show(row.birth_date),
        _("Giới tính"): wording.sex_text(row.sex).capitalize(),
        _("Điện thoại"): row.phone or "",
        _("Địa chỉ"): row.address,
    }
    for one in patient.get("identifier", ()):
        name = _number_name(one.get("system", ""))
        facts[name] = "; ".join(filter(None, (facts.get(name), one.get("value"))))
    return facts


def _number_name(system):
    kind, _slash, facility = system.rpartition("sid/")[2].partition("/")
    titles = {
        "citizen-id": _("Số định danh"),
        "old-id-card": _("CMND cũ"),
        "passport": _("Hộ chiếu"),
        "insurance-card": _("Thẻ BHYT"),
        "social-insurance": _("Mã số BHXH"),
        "mrn": _("Mã bệnh nhân %(facility)s") % {"facility": facility},
    }
    return titles.get(kind, kind)


def merges(*, by, before=None):
    """Return the merges of the own organisation, undone ones too, newest first (các lượt gộp)."""
    found = people.merges(org=org_of(by), before=before, limit=PAGE + 1)
    return {"lines": found[:PAGE], "next": found[PAGE - 1].id if len(found) > PAGE else ""}


def word(table, key):
    """The word of a table in the language of the page; the key when it has none."""
    found = table.get(key)
    return _(found) if found else str(key)
