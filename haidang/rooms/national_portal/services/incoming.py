"""What comes in: the mailbox is read into a table first, and acted on in the order of each dossier."""

import logging
import math
import re
from datetime import datetime, timedelta

from django.db import DataError, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.engines.ledger import api as ledger
from haidang.kernel import actor as actors
from haidang.kernel import dates, errors
from haidang.rooms.national_portal import domain, models
from haidang.rooms.national_portal.services import client, contact
from haidang.rooms.procedures import api as procedures

_TAKEN_FOR = timedelta(minutes=2)
_PAGE = 50
_BATCH = 20
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
log = logging.getLogger(__name__)


def pull(now=None):
    """Read our mailbox on the portal (lấy tin từ Cổng), and return how many messages were new.

    Messages and how far we read are kept in one transaction: a reader that dies in the middle reads
    again, and what is there already is kept once.
    """
    if not client.is_on():
        return 0
    at = now or timezone.now()
    place, _new = models.Place.objects.get_or_create(name=contact.NAME)
    try:
        found = client.mail(place.number, _PAGE)
    except (client.NotReached, client.NotTaken) as why:
        contact.failed(str(why), at=at)
        return 0
    contact.answered(at=at)
    messages = [one for one in found if isinstance(one, dict) and _is_number(one.get("So"))]
    rows = [_row(one, at) for one in messages]
    return _keep(rows) if rows else 0


def _is_number(value, most=2**63 - 1):
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= most


def _row(told, at):
    """A message as a row; one that lacks what every message has is parked at once.

    So is one that holds what no database keeps: it must not stop those behind it.
    """
    one = _storable(told)
    code, turn, kind = one.get("MaHoSo"), one.get("ThuTu"), one.get("Loai")
    row = models.Incoming(
        number=one["So"],
        told_at=str(one.get("ThoiDiem", ""))[:14],
        body=one.get("NoiDung") or {},
        came_at=at,
        next_try_at=at,
    )
    if not (_is_number(turn, 2**31 - 1) and all(isinstance(x, str) and x for x in (code, kind))):
        return _set_aside(row, _("Tin thiếu mã hồ sơ, thứ tự hoặc loại."))
    row.code, row.turn, row.kind = code[:60], turn, kind[:20]
    if one != told:
        row.state, row.error = "parked", _("Tin có ký tự hoặc số không lưu được; đã bỏ chúng.")
    return row


def _set_aside(row, why):
    """A message that has no place among those of its dossier, for a person to look at."""
    row.code, row.turn, row.kind = "", row.number, ""
    row.state, row.error = "parked", why
    return row


def _storable(value):
    """A value of JSON without what PostgreSQL refuses: NUL, halves of characters, no-numbers."""
    if isinstance(value, str):
        return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", value)
    if isinstance(value, dict):
        return {_storable(name): _storable(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_storable(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


@transaction.atomic
def _keep(rows):
    place = models.Place.objects.select_for_update().get(name=contact.NAME)
    before = models.Incoming.objects.count()
    _set_doubles_aside(rows)
    models.Incoming.objects.bulk_create(rows, ignore_conflicts=True)
    place.number = max(place.number, *(row.number for row in rows))
    place.save(update_fields=["number"])
    return models.Incoming.objects.count() - before


def _set_doubles_aside(rows):
    """Two messages that claim the same turn of a dossier: the first stands, the other is looked at."""
    codes = {row.code for row in rows if row.code}
    kept = models.Incoming.objects.filter(code__in=codes).values_list("code", "turn", "number")
    taken = {(code, turn): number for code, turn, number in kept}
    for row in sorted(rows, key=lambda one: one.number):
        first = taken.setdefault((row.code, row.turn), row.number)
        if row.code and first != row.number:
            why = _("Trùng thứ tự {turn} của hồ sơ {code} với tin số {number}.")
            _set_aside(row, why.format(turn=row.turn, code=row.code, number=first))


def act(now=None):
    """Do what messages say (xử lý tin từ Cổng), and return how many were tried."""
    at = now or timezone.now()
    taken = _take(at)
    for row in taken:
        _try(row, at)
    return len(taken)


def _take(at):
    """The next message of each dossier, when the one before it is done or was answered."""
    same = models.Incoming.objects.filter(code=OuterRef("code"))
    before = same.filter(turn=OuterRef("turn") - 1, state__in=["done", "refused"])
    with transaction.atomic():
        rows = models.Incoming.objects.select_for_update(of=("self",), skip_locked=True)
        due = rows.filter(state="waiting", next_try_at__lte=at)
        due = due.filter(Q(turn=1) | Exists(before))
        found = list(due.order_by("number")[:_BATCH])
        for row in found:
            row.tries += 1
            row.next_try_at = at + _TAKEN_FOR
        models.Incoming.objects.bulk_update(found, ["tries", "next_try_at"])
    return found


def _try(row, at):
    try:
        # Over the network, through the scanner and to the disk, so before the transaction.
        brought = _brought(row, at)
        if brought.wrong:
            _turn_down(row, brought, at)
            return
        with transaction.atomic():
            _do(row, brought.files, at)
    except (client.NotReached, errors.Unavailable) as why:
        models.Incoming.objects.filter(pk=row.pk, state="waiting").update(
            next_try_at=at + domain.pause_after(row.tries), error=str(why)[:300]
        )
    except client.NotTaken as why:
        _park(row, str(why), why.code)
    except errors.HaidangError as why:
        _park(row, why.message, why.code, why.facts.get("issues"))
    except (KeyError, TypeError, ValueError, AttributeError, DataError):
        _park(row, _("Nội dung tin không đúng cấu trúc đã thống nhất."), "unshaped")
    except Exception as fault:
        # A fault of ours: those behind it go on, it is tried again, and the log has its place.
        log.exception("a message cannot be acted on", extra={"facts": {"number": row.number}})
        models.Incoming.objects.filter(pk=row.pk, state="waiting").update(
            next_try_at=at + domain.pause_after(row.tries), error=type(fault).__name__
        )


def _files(body):
    """(question, name, pieces) of the files that a message names, as they came over the line."""
    found = []
    for part in body.get("ThanhPhanHoSo") or ():
        for one in part.get("GiayToDinhKem") or ():
            content = client.download(one["IdGiayTo"], one["HashTepTin"])
            found.append((part["MaThanhPhanHoSo"], one["TenGiayTo"][:200], [content]))
    return tuple(found)


def _brought(row, at):
    """The files of a message, scanned and kept; the same again changes nothing."""
    files = _files(row.body)
    if row.kind == "ho-so":
        return procedures.keep_filed(row.code, row.body["MaTTHC"], files, at=at)
    if row.kind == "bo-sung":
        return procedures.keep_supplement(row.code, [one[1:] for one in files])
    return procedures.Brought(())


@transaction.atomic
def _turn_down(row, brought, at):
    """Do not take a message because of its files: the ledger has it, and the portal is told why."""
    why = _("Tệp không được nhận. {faults}").format(faults=" ".join(brought.wrong))
    rows = models.Incoming.objects.filter(pk=row.pk, state="waiting")
    if not rows.update(state="refused", done_at=at, error=why[:300]):
        return
    state = domain.MORE_WANTED if row.kind == "bo-sung" else domain.NOT_RECEIVED
    if row.kind == "ho-so":
        procedures.turned_down(row.code, at=at)
    facts = {"code": row.code, "number": row.number, "state": state, "why": why[:1000]}
    record = f"Dossier/{brought.dossier}" if brought.dossier else None
    ledger.record(domain.TURNED_DOWN, by=actors.SYSTEM, record=record, facts=facts)


def _do(row, files, at):
    """Act on one message and say that it is done, in one transaction."""
    held = models.Incoming.objects.select_for_update().get(pk=row.pk)
    if held.state != "waiting":
        return
    acts = {
        "ho-so": _take_in,
        "thanh-toan": _fee_paid,
        "bo-sung": _supply,
        "rut": _withdraw,
        "danh-gia": _rate,
    }
    if row.kind not in acts:
        raise errors.Incorrect("national_portal.kind_unknown", _("Loại tin này chưa biết xử lý."))
    acts[row.kind](row, files, at)
    held.state, held.done_at, held.error = "done", at, ""
    held.save(update_fields=["state", "done_at", "error"])


def _take_in(row, files, at):
    body = row.body
    who = body["ThongTinNguoiNop"]
    organisation = None
    if body.get("LoaiDoiTuong"):
        organisation = (body["ChuHoSo"], body["MaSoThue"])
    filing = procedures.Filing(
        code=row.code,
        procedure=body["MaTTHC"],
        name=who["HoVaTen"],
        citizen_id=who["SoDinhDanh"],
        filed_at=_moment(body["NgayNop"]),
        phone=who.get("SoDienThoai", ""),
        address=who.get("DiaChi", ""),
        organisation=organisation,
        answers={name: list(values) for name, values in body.get("DuLieuBieuMau", {}).items()},
        files=files,
        fee_paid=body.get("TrangThaiThanhToan") == 1,
    )
    procedures.take_in(filing, at=at)
    procedures.shared(row.code, domain.REGISTERED, at=filing.filed_at)


def _fee_paid(row, _files_of, at):
    procedures.fee_paid(row.code, transaction_id=str(row.body["MaGiaoDich"]), at=at)


def _supply(row, files, at):
    procedures.supply(row.code, files, words=row.body.get("NoiDung", "")[:2000], at=at)


def _withdraw(row, _files_of, at):
    reason = row.body.get("LyDo") or _("Người nộp rút hồ sơ trên Cổng quốc gia")
    procedures.withdraw(row.code, reason=reason[:500], at=at)


def _rate(row, _files_of, _at):
    levels = {3: "very_satisfied", 2: "satisfied", 1: "not_satisfied"}
    rating = levels[row.body["MucDo"]]
    procedures.rate(row.code, rating=rating, words=row.body.get("NoiDung", ""))


def _moment(text):
    return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=dates.HANOI)


@transaction.atomic
def _park(row, why, code, issues=None):
    """Set a message aside for a person; the ledger has the code alone, for words may name somebody."""
    told = why if not issues else f"{why} {'; '.join(one['expression'] for one in issues)}"
    models.Incoming.objects.filter(pk=row.pk, state="waiting").update(
        state="parked", error=told[:300]
    )
    facts = {"code": row.code, "number": row.number, "why": code}
    ledger.record("national_portal.message.parked", by=actors.SYSTEM, facts=facts)
