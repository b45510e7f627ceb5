"""Writes of the room."""

from contextlib import contextmanager

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from haidang.engines.access import api as access
from haidang.engines.ledger import api as ledger
from haidang.engines.people import api as people
from haidang.engines.places import api as places
from haidang.engines.records import api as records
from haidang.kernel import errors
from haidang.rooms.health_record.domain import denials
from haidang.rooms.health_record.fhir import denials as fhir

_WHAT = gettext_noop("Ai được xem hồ sơ")
_OWN_HAND = {"own", "family"}


def break_glass(patient_id, *, by, reason):
    """Open a record in an emergency (mở khẩn cấp) for four hours; the person reads the reason.

    Raises    NotAllowed `access.not_permitted`, `access.staff_only`; Incorrect
              `access.reason_too_short`; TooMany `access.too_many`
    Records   event `access.glass.broken` of the access engine, and a look with the reason
    """
    access.require(by, "health_record.break_glass")
    return access.break_glass(by, f"Patient/{patient_id}", reason=reason)


@transaction.atomic
def deny_sharing(patient_id, denial, *, by):
    """Close a record, or parts of it, to facilities (từ chối chia sẻ); return the Consent `Stored`.

    denial    `domain.denials.Denial`

    Raises    NotAllowed `access.not_permitted`, `access.no_relationship`, `health_record.not_yours`;
              RuleBroken `health_record.denial_over`, `health_record.denial_of_nothing`,
              `health_record.denied_already`; Incorrect `health_record.no_facility`
    Records   event `health_record.denial.made`
    Source    docs/decisions/0016; Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15
    """
    access.require(by, "health_record.deny_sharing")
    denials.check(denial, today=timezone.localdate())
    wanted = {code for code in (denial.org, *denial.but) if code}
    if wanted - places.find_facilities(wanted).keys():
        raise errors.Incorrect("health_record.no_facility", _("Không có cơ sở này; hãy chọn lại."))
    with _own_hand(by, patient_id) as person:
        records.lock(person.ref)  # two taps on one button close it once
        consent = fhir.to_fhir(
            denial, patient=person.ref, by=f"Patient/{by.patient}", at=timezone.localtime()
        )
        for standing in records.compartment(person.rid, types=["Consent"]):
            if _says_the_same(standing.resource, consent):
                raise errors.RuleBroken("health_record.denied_already", _("Phần này đã đóng rồi."))
        stored = records.save(consent, by=by)
        facts = {"what": denial.what, "everybody": not denial.org}
        _tell("health_record.denial.made", person, stored, facts, by)
    return stored


@transaction.atomic
def lift_denial(patient_id, consent_id, *, by):
    """Open again what a Consent closed (mở lại), whoever wrote it.

    Raises    NotAllowed `access.not_permitted`, `access.no_relationship`, `health_record.not_yours`;
              NotFound `health_record.no_denial`
    Records   event `health_record.denial.lifted`
    """
    access.require(by, "health_record.lift_denial")
    with _own_hand(by, patient_id) as person:
        records.lock(person.ref)
        found = {one.id: one for one in records.compartment(person.rid, types=["Consent"])}
        standing = found.get(consent_id)
        if standing is None or not _closes(standing.resource):
            raise errors.NotFound("health_record.no_denial", _("Điều từ chối này không còn nữa."))
        stored = records.save(standing.resource | {"status": "inactive"}, by=by)
        _tell("health_record.denial.lifted", person, stored, {}, by)
    return stored


@contextmanager
def _own_hand(by, patient_id):
    """The person whose record is open to themselves, or to who acts for them."""
    person = people.person(patient_id)
    with access.open_person(by, person.ref, patient_rid=person.rid, what=_WHAT) as ground:
        if ground not in _OWN_HAND or not by.patient:
            raise errors.NotAllowed(
                "health_record.not_yours",
                _("Chỉ chính người đó hoặc người giám hộ quyết định ai được xem hồ sơ."),
            )
        yield person


def _closes(consent):
    """Whether a Consent forbids something; one that says it in a way that is not held may be ended too."""
    try:
        return bool(records.consents.forbidden(consent))
    except errors.HaidangError:
        return True


def _says_the_same(consent, other):
    is_active = consent.get("status") == "active"
    return is_active and consent.get("provision") == other["provision"]


def _tell(event, person, stored, facts, by):
    ledger.record(event, by=by, about=person.ref, record=stored.version_ref, facts=facts)
