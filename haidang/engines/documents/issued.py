"""Papers that are given out (phát hành): numbered, signed, found again by whoever holds a copy.

A paper is issued in the transaction of what it decides, and signed after it: a timestamp service
that is away then leaves a paper that waits, with its reason, and is tried again; it is never
signed by half, and the register of numbers is never held up by a service far away.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.engines.documents import files, models, seals
from haidang.engines.documents.papers import Place
from haidang.engines.documents.signing import loops, signing, trust
from haidang.engines.documents.signing import signers as keys
from haidang.engines.ledger import api as ledger
from haidang.kernel import actor as actors
from haidang.kernel import errors

_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that is taken for another
_BATCH = 10
_LONGEST = timedelta(hours=1)


@dataclass(frozen=True)
class Issued:
    """What is known of a paper that was given out; `file` is empty while it waits."""

    code: str
    number: str
    title: str
    org: str
    about: str
    state: str
    file: str
    signers: tuple
    problem: str
    issued_at: object
    signed_at: object


def new_code():
    """A code of checking (mã tra cứu) for a paper that is about to be made: `ABCD-EFGH-JKLM`."""
    return "-".join("".join(secrets.choice(_LETTERS) for _n in range(4)) for _part in range(3))


def issue(paper, *, code, number, title, org, about, by, at):
    """Give out a paper (phát hành văn bản), within the caller's transaction.

    The person who gives it out signs first and the organisation after, if this house has signers
    for the unit; what the system itself gives out bears the organisation's signature alone.
    `sign_now` signs it when the transaction has ended.

    paper    a `Paper`, its QR code made with `code`
    about    what it ends, such as `Dossier/12`

    Raises   RuleBroken `documents.no_personal_signature`, and as `sign` when a certificate cannot
             sign: then nothing is given out
    Records  event `documents.paper.issued`; later `documents.paper.signed`
    Source   Nghị định 30/2020/NĐ-CP, Điều 5 khoản 2: both signatures give a document its value
    """
    wanted = _wanted(org, by)
    _check_certificates(wanted)
    plain = files.keep_made(paper.content, type="application/pdf", by=by).sha256
    row = models.Issued.objects.create(
        code=code,
        number=number,
        title=title[:300],
        org=org,
        about=about,
        state="waiting" if wanted else "unsigned",
        plain=plain,
        file="" if wanted else plain,
        places={name: place.told() for name, place in paper.places.items()},
        wanted=[signer.name for signer in wanted],
        next_try_at=at if wanted else None,
        issued_at=at,
        by_ref=by.ref,
    )
    facts = {"code": code, "number": number, "state": row.state}
    ledger.record("documents.paper.issued", by=by, record=about, org=org, facts=facts)
    return _told(row)


def _wanted(org, by):
    seal = keys.signers_of("organisation", org=org)[:1]
    if not seal or by.kind == "system":
        return seal
    person = keys.signers_of("person", org=org, holder=by.ref)[:1]
    if not person:
        raise errors.RuleBroken(
            "documents.no_personal_signature",
            _("Anh/chị chưa có chữ ký số để ký văn bản này; hãy báo quản trị đăng ký chữ ký."),
        )
    return [*person, *seal]


def _check_certificates(wanted):
    judge = trust.for_signing()
    for signer in wanted:
        try:
            loops.run(signing.check_certificate(signer, judge))
        except errors.Unavailable:
            continue  # nobody can tell now; it is asked again when it signs


def sign_now(code):
    """Sign a paper that waits (ký văn bản đang chờ), and return how it stands; at most once.

    Records   event `documents.paper.signed` (facts: code, file)
    """
    with transaction.atomic():
        rows = models.Issued.objects.select_for_update(skip_locked=True)
        row = rows.filter(code=code, state="waiting").first()
        if row is not None:
            _sign(row)
    return issued(code)


def sign_waiting():
    """Try again what waits and is due, and return how many were signed."""
    due = models.Issued.objects.filter(state="waiting", next_try_at__lte=timezone.now())
    codes = list(due.order_by("next_try_at").values_list("code", flat=True)[:_BATCH])
    return sum(sign_now(code).state == "signed" for code in codes)


def _sign(row):
    now = timezone.now()
    try:
        content = signing.sign(_content(row.plain), [_step(row, name) for name in row.wanted])
    except errors.HaidangError as why:
        row.tries += 1
        row.problem = why.message[:300]
        row.next_try_at = now + min(_LONGEST, timedelta(minutes=2 ** min(row.tries, 6)))
    else:
        kept = files.keep_made(content, type="application/pdf", by=actors.SYSTEM)
        row.state, row.file, row.signed_at = "signed", kept.sha256, now
        row.problem, row.next_try_at = "", None
        seals.begin(row, content, file=kept.sha256, at=now)
        facts = {"code": row.code, "file": row.file, "signers": row.wanted}
        ledger.record(
            "documents.paper.signed", by=actors.SYSTEM, record=row.about, org=row.org, facts=facts
        )
    row.save()


def _step(row, name):
    signer = keys.signer(name)
    place = row.places.get(signer.role)
    return signing.Step(signer, Place(**place) if place else None)


def _content(sha256):
    with files.open_file(sha256) as file:
        return file.read()


def issued(wanted):
    """A paper by its code, its number or the hash of its bytes, also sealed anew; the newest, or None."""
    found = Q(code=wanted) | Q(number=wanted) | Q(file=wanted)
    if len(wanted) == 64:
        found |= Q(pk__in=models.Seal.objects.filter(file=wanted).values("issued"))
    row = models.Issued.objects.filter(found).order_by("-issued_at").first() if wanted else None
    return _told(row) if row else None


def issued_about(about):
    """The papers that were given out about something, newest first."""
    rows = models.Issued.objects.filter(about=about).order_by("-issued_at", "-pk")
    return [_told(row) for row in rows]


def issued_about_many(abouts):
    """The newest paper about each of many things, {about: Issued}."""
    rows = models.Issued.objects.filter(about__in=list(abouts)).order_by("issued_at", "pk")
    return {row.about: _told(row) for row in rows}


def waiting_papers(limit=100):
    """Papers that wait for their signatures, those longest waiting first."""
    rows = models.Issued.objects.filter(state="waiting").order_by("issued_at")[:limit]
    return [_told(row) for row in rows]


def _told(row):
    return Issued(
        row.code,
        row.number,
        row.title,
        row.org,
        row.about,
        row.state,
        row.file,
        tuple(row.wanted),
        row.problem,
        row.issued_at,
        row.signed_at,
    )
