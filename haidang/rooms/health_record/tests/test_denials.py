"""Who may see a record: what a person closes is closed, is told in words, and opens again."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from haidang.engines.access import api as access
from haidang.engines.ledger import api as ledger
from haidang.engines.places import api as places
from haidang.engines.records import api as records
from haidang.kernel import actor, errors, systems
from haidang.rooms.health_record import services
from haidang.rooms.health_record.domain import denials
from haidang.rooms.health_record.domain.denials import Denial
from haidang.rooms.health_record.fhir import denials as fhir
from haidang.rooms.health_record.tests.universe import ELSEWHERE, HERE, signed_in

DAY = date(2026, 3, 2)


def url(name, person, *more):
    return reverse(f"health_record:{name}", args=[person.id, *more])


def consents(person):
    with access.reach(actor.SYSTEM, people="all"):
        return records.compartment(person.rid, types=["Consent"])


@pytest.fixture
def facilities(person):
    """The two that the universe knows by number, with names."""
    for code in (HERE, ELSEWHERE):
        places.save_facility(code, name=f"Nơi {code}", kind="general-hospital", by=actor.SYSTEM)


@pytest.fixture
def citizen(person, facilities):
    return signed_in(patient=person.id)


@pytest.fixture
def by(citizen):
    return access.actor_of(citizen.account)


# ── Rules ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("denial", "code"),
    [
        (Denial("", until=date(2026, 3, 1)), "health_record.denial_over"),
        (Denial("", until=DAY), None),
        (Denial("", what=denials.SOME), "health_record.denial_of_nothing"),
        (Denial("", what=denials.SOME, parts=("papers",)), None),
    ],
)
def test_a_denial_closes_something_for_a_day_at_least(denial, code):
    if code is None:
        denials.check(denial, today=DAY)
        return
    with pytest.raises(errors.RuleBroken) as refused:
        denials.check(denial, today=DAY)
    assert refused.value.code == code


def test_types_are_told_by_the_parts_that_they_make_up():
    types = [*denials.PARTS["papers"], *denials.PARTS["allergies"], "Condition"]

    assert denials.parts_of(types) == (["allergies", "papers"], ["Condition"])


@pytest.mark.parametrize(
    "denial",
    [
        Denial(HERE, what=denials.SOME, parts=("papers", "results"), until=DAY),
        Denial("", but=(HERE,)),
        Denial(HERE, what=denials.SENSITIVE),
    ],
)
def test_the_consent_is_sound_and_held(denial):
    consent = fhir.to_fhir(denial, patient="Patient/a", by="Patient/a", at=timezone.localtime())

    (held,) = records.consents.forbidden(consent)
    records.validation.check_shape(consent)
    assert (held.org, held.but) == (denial.org or access.EVERYBODY, denial.but)
    assert {records.TYPES[number - 1] for number in held.types or ()} == set(denial.types)
    assert bool(held.labels) == (denial.what == denials.SENSITIVE)


# ── Services ───────────────────────────────────────────────────────────────────────────────


def test_what_is_closed_is_closed_to_the_facility_and_opens_again(person, by):
    stored = services.deny_sharing(person.id, Denial(HERE), by=by)
    assert access.denied(HERE, person.rid) == access.WHOLE
    assert access.denied(ELSEWHERE, person.rid) is None

    lifted = services.lift_denial(person.id, stored.id, by=by)

    assert access.denied(HERE, person.rid) is None
    told = [(one.name, one.record) for one in ledger.events_about(person.ref) if "denial" in one.name]  # fmt: skip
    assert told == [("health_record.denial.lifted", lifted.version_ref), ("health_record.denial.made", stored.version_ref)]  # fmt: skip


def test_the_same_is_closed_once_and_lifted_once(person, by):
    stored = services.deny_sharing(person.id, Denial(HERE), by=by)
    with pytest.raises(errors.RuleBroken, match="đã đóng"):
        services.deny_sharing(person.id, Denial(HERE), by=by)

    services.lift_denial(person.id, stored.id, by=by)
    with pytest.raises(errors.NotFound):
        services.lift_denial(person.id, stored.id, by=by)
    assert [one.version for one in consents(person)] == [2]


def test_nobody_else_closes_or_opens_a_record(person, by):
    stored = services.deny_sharing(person.id, Denial(ELSEWHERE), by=by)
    stranger = access.actor_of(signed_in(patient="somebody-else").account)
    doctor = access.actor_of(signed_in("doctor", "citizen", patient="somebody").account, org=HERE)

    for other in (stranger, doctor):
        with pytest.raises(errors.NotAllowed):
            services.deny_sharing(person.id, Denial(HERE), by=other)
        with pytest.raises(errors.NotAllowed):
            services.lift_denial(person.id, stored.id, by=other)

    assert access.denied(HERE, person.rid) is None
    assert access.denied(ELSEWHERE, person.rid) == access.WHOLE


def test_a_consent_that_closes_nothing_is_not_lifted(person, by):
    treatment = fhir.to_fhir(Denial(HERE), patient=person.ref, by=person.ref, at=timezone.localtime())  # fmt: skip
    treatment["scope"]["coding"][0]["code"] = "treatment"
    with access.reach(actor.SYSTEM, people="all"):
        stored = records.save(treatment, by=actor.SYSTEM)

    with pytest.raises(errors.NotFound):
        services.lift_denial(person.id, stored.id, by=by)


# ── Screens ────────────────────────────────────────────────────────────────────────────────


def test_a_person_reads_in_words_what_is_closed_and_what_stays_open(person, citizen):
    sent = {"org": HERE, "what": "some", "parts": ["papers", "results"], "until": "2999-12-31"}
    answer = citizen.post(url("deny_sharing", person), sent, follow=True)

    html = answer.content.decode()
    assert answer.redirect_chain == [(url("see_family_denials", person), 302)]
    assert "Giấy tờ và tệp kèm theo" in html
    assert "Kết quả xét nghiệm, đo và chụp chiếu" in html
    assert "đến 31/12/2999" in html
    assert "Toàn bộ hồ sơ" not in html
    assert "phải ghi lý do" in html
    (consent,) = consents(person)
    lift = url("lift_denial", person, consent.id)
    assert f'action="{lift}"' in html

    html = citizen.post(lift, follow=True).content.decode()
    assert "Bạn chưa đóng phần nào" in html


def test_everybody_but_some_is_told_by_name(person, citizen):
    sent = {"org": "*", "but": [HERE], "what": "sensitive"}
    html = citizen.post(url("deny_sharing", person), sent, follow=True).content.decode()

    assert f"Mọi cơ sở, trừ Nơi {HERE}" in html
    assert "Phần nhạy cảm" in html


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"org": HERE, "what": "some"}, "ít nhất một phần"),
        ({"what": "whole"}, "Hãy chọn một cơ sở, hoặc mọi cơ sở."),
        ({"org": HERE, "what": "whole", "until": "2001-01-01"}, "Ngày cuối phải là hôm nay"),
        ({"org": "none", "what": "whole"}, "none không phải là một trong các lựa chọn"),
        ({"org": HERE, "but": [HERE], "what": "whole"}, "khi đóng với mọi cơ sở"),
        ({"org": HERE}, "Hãy chọn điều muốn đóng"),
    ],
)
def test_a_form_that_closes_nothing_says_why_and_closes_nothing(person, citizen, sent, told):
    answer = citizen.post(url("deny_sharing", person), sent)

    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert consents(person) == []


def test_a_consent_that_is_not_held_any_more_is_told_as_such(person, citizen):
    """It names a facility by an Organization that later says of no facility that it is one."""
    identifier = [{"system": systems.FACILITY, "value": HERE}]
    consent = fhir.to_fhir(Denial(HERE), patient=person.ref, by=person.ref, at=timezone.localtime())
    consent["provision"]["actor"][0]["reference"] = {"reference": "Organization/h"}
    with access.reach(actor.SYSTEM, people="all"):
        records.save({"resourceType": "Organization", "id": "h", "identifier": identifier}, by=actor.SYSTEM)  # fmt: skip
        records.save(consent, by=actor.SYSTEM)
        records.save({"resourceType": "Organization", "id": "h", "name": "BV"}, by=actor.SYSTEM)

    assert "không giữ được" in citizen.get(url("see_family_denials", person)).content.decode()


def test_staff_are_told_that_a_part_is_withheld_and_where_to_open_it(person, by):
    doctor = signed_in("doctor")
    assert "không chia sẻ" not in doctor.get(url("see_person", person)).content.decode()

    services.deny_sharing(person.id, Denial(HERE, what=denials.SOME, parts=("results",)), by=by)

    html = doctor.get(url("see_person", person)).content.decode()
    assert "Có phần người bệnh không chia sẻ" in html
    assert url("break_glass", person) in html
    assert doctor.get(url("break_glass", person)).status_code == 200
    assert url("break_glass", person) not in signed_in("pharmacist").get(url("see_person", person)).content.decode()  # fmt: skip
