"""Households and guardians (hộ gia đình, giám hộ): who lives together, who may act for whom."""

from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.engines.ledger import api as ledger
from haidang.engines.people import index
from haidang.engines.people.models import Guardian, Household, Person, Residence
from haidang.kernel import dates, errors

ADULT_AT = 18
RELATIONS = ("mother", "father", "guardian", "carer", "child", "spouse")


@dataclass(frozen=True)
class Member:
    """One person of a household (thành viên hộ)."""

    ref: str
    rid: int
    name: str
    birth_date: str | None
    relation: str


@dataclass(frozen=True)
class Home:
    """A household with those who live in it now (hộ)."""

    code: str
    kind: str
    address: str
    commune: str | None
    members: tuple[Member, ...]


@dataclass(frozen=True)
class Guard:
    """One who may act for a person (người giám hộ), and until when."""

    ref: str
    name: str
    relation: str
    until: date | None


@transaction.atomic
def save_household(code, *, by, members, kind="family", address="", commune=None, since=None):
    """Write a household and who lives in it (ghi hộ); who is not named has left it.

    code      number of the household in its area's book
    members   pairs (record number of a Patient, relation to the head: `head`, `spouse`, `child` …)
    since     day of moving in, for those who are new

    A person lives in one household: being named here ends the earlier residence.

    Records   event `people.household.saved`
    """
    home, _ = Household.objects.update_or_create(
        code=code, defaults={"kind": kind, "address": address, "commune": commune}
    )
    today = timezone.localdate()
    wanted = dict(members)
    _end_residences(home, wanted, today)
    staying = set(home.residences.filter(until__isnull=True).values_list("rid", flat=True))
    Residence.objects.bulk_create(
        Residence(household=home, rid=rid, relation=relation, since=since or today)
        for rid, relation in wanted.items()
        if rid not in staying
    )
    ledger.record("people.household.saved", by=by, facts={"code": code, "members": len(wanted)})


def _end_residences(home, wanted, today):
    """End residences elsewhere of those named, and here of those no longer named or renamed."""
    rows = Residence.objects.filter(until__isnull=True)
    rows.filter(rid__in=wanted).exclude(household=home).update(until=today)
    for row in rows.filter(household=home):
        if wanted.get(row.rid) != row.relation:
            row.until = today
            row.save(update_fields=["until"])


def household_of(patient_rid):
    """Return the household in which a person lives now, or None."""
    rows = Residence.objects.filter(rid__in=_selves(patient_rid), until__isnull=True)
    row = rows.order_by("-pk").first()
    return _home(row.household) if row else None


def _selves(rid):
    """The record numbers of a person and of all records merged into it."""
    return [row.rid for row in index.faces([rid])] or [rid]


def _today(rids):
    """{record number: Person} as they are today, merged ones under the person they belong to."""
    people = Person.objects.in_bulk(rids)
    heads = Person.objects.in_bulk({p.merged_into for p in people.values() if p.merged_into})
    return {rid: heads.get(p.merged_into, p) for rid, p in people.items()}


def household(code):
    """Return the household of a number, or None."""
    row = Household.objects.filter(code=code).first()
    return _home(row) if row else None


def _home(row):
    living = {r.rid: r.relation for r in row.residences.filter(until__isnull=True).order_by("pk")}
    people = _today(living)
    members = tuple(
        Member(
            f"Patient/{people[rid].id}",
            people[rid].rid,
            people[rid].name,
            people[rid].birth_date,
            relation,
        )
        for rid, relation in living.items()
        if rid in people
    )
    return Home(row.code, row.kind, row.address, row.commune, members)


@transaction.atomic
def set_guardian(patient_rid, guardian_rid, *, relation, by, until=None):
    """Note that one person may act for another (ghi người giám hộ).

    relation  `mother`, `father`, `guardian` or `carer`
    until     last day; for a child, the eighteenth birthday when left out

    Raises    Incorrect `people.own_guardian`, NotFound `people.no_person`
    Records   event `people.guardian.set`
    """
    if patient_rid == guardian_rid:
        raise errors.Incorrect(
            "people.own_guardian", _("Hãy chọn một người giám hộ khác chính người này.")
        )
    people = Person.objects.in_bulk([patient_rid, guardian_rid])
    if len(people) < 2:
        raise errors.NotFound("people.no_person", _("Không tìm thấy người này trong chỉ mục."))
    child = people[patient_rid]
    Guardian.objects.update_or_create(
        rid=patient_rid,
        guardian=guardian_rid,
        defaults={
            "relation": relation,
            "since": timezone.localdate(),
            "until": until or _grown_up_on(child.birth_date),
            "by_ref": by.ref,
        },
    )
    ledger.record(
        "people.guardian.set", by=by, about=f"Patient/{child.id}", facts={"relation": relation}
    )


@transaction.atomic
def end_guardian(patient_rid, guardian_rid, *, by):
    """End a guardianship today (chấm dứt giám hộ).

    Records   event `people.guardian.ended`
    """
    rows = Guardian.objects.filter(rid=patient_rid, guardian=guardian_rid)
    if rows.update(until=timezone.localdate()):
        person = Person.objects.get(pk=patient_rid)
        ledger.record("people.guardian.ended", by=by, about=f"Patient/{person.id}")


def guardians(patient_rid):
    """Return who may act for a person today, as `Guard`s."""
    rows = list(Guardian.objects.filter(rid__in=_selves(patient_rid)))
    people = _today([row.guardian for row in rows])
    today = timezone.localdate()
    return [
        Guard(f"Patient/{people[r.guardian].id}", people[r.guardian].name, r.relation, r.until)
        for r in rows
        if r.guardian in people and (r.until is None or r.until > today)
    ]


_FAMILY = """
    WITH mine AS (
        SELECT coalesce(p.merged_into, p.rid) AS rid FROM people_person p WHERE p.id = %(id)s
    ), faces AS (
        SELECT p.rid FROM people_person p, mine WHERE p.rid = mine.rid OR p.merged_into = mine.rid
    )
    SELECT coalesce(h.id, c.id)
    FROM people_guardian g
    JOIN people_person c ON c.rid = g.rid
    LEFT JOIN people_person h ON h.rid = c.merged_into
    WHERE g.guardian IN (SELECT rid FROM faces) AND (g.until IS NULL OR g.until > %(today)s)
    UNION
    SELECT h.id FROM people_person h, mine WHERE h.rid = mine.rid
"""
_WITH_FACES = f"""
    SELECT p.id FROM people_person h JOIN people_person p ON p.rid = h.rid OR p.merged_into = h.rid
    WHERE h.id IN ({_FAMILY})
"""  # noqa: S608


def family_of(account, *, faces=False):
    """Return the ids of the Patients whose record an account (its key) may open as family.

    Those for whom the person is guardian today, followed through merges, and the person's own
    record when it was merged into another; with `faces` also those that were merged into these.
    """
    own = access.Account.objects.filter(pk=account).values_list("patient", flat=True).first()
    if not own:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            _WITH_FACES if faces else _FAMILY, {"id": own, "today": timezone.localdate()}
        )
        return {row[0] for row in cursor.fetchall()}


def _grown_up_on(birth_date):
    """The eighteenth birthday, or None for an adult's guardianship, which has no such end."""
    if not birth_date:
        return None
    born = dates.parse_fhir(birth_date)[0].date()
    grown = date(
        born.year + ADULT_AT, born.month, min(born.day, 28) if born.month == 2 else born.day
    )
    return grown if grown > timezone.localdate() else None
