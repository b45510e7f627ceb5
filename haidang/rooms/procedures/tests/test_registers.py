"""Results in registers and data stores: used again, replaced, warned of, expired, revoked, searched."""

from datetime import date, datetime, timedelta

import pytest

from haidang.engines.forms import api as forms
from haidang.engines.ledger import api as ledger
from haidang.engines.notify import api as notify
from haidang.kernel import dates, errors
from haidang.rooms.procedures import models, registers, selectors, services
from haidang.rooms.procedures.selectors import catalogue
from haidang.rooms.procedures.tests import people, test_services
from haidang.rooms.procedures.tests.test_services import AT, LICENCE

REISSUE = "giay-phep-hanh-nghe-cap-lai"
_PERSONAL = {"citizen_id", "born", "phone", "email", "address"}


@pytest.fixture(autouse=True)
def office(opened_office, db, settings, tmp_path):
    settings.HAIDANG_FILES = str(tmp_path)
    settings.HAIDANG_SIGNERS = str(tmp_path / "signers")


def granted(pk, at=AT):
    row = test_services.submitted(pk, at=at)
    for element, by in (
        ("receive", people.OFFICER),
        ("verify", people.OFFICER),
        ("check", people.HEAD),
        ("sign", people.DIRECTOR),
    ):
        test_services.step(row, element, by, "accept", at=at)
    return row


@pytest.fixture
def entry():
    return models.Entry.objects.get(dossier=granted(test_services.licence()))


def known():
    return selectors.known_of(people.APPLICANT, on=AT.date())


def reissued(number):
    pk = services.begin(REISSUE, by=people.APPLICANT, known=known(), at=AT)
    posted = test_services.PERSON | {
        "number": [number],
        "why": ["lost"],
        "truthful": ["true"],
    }
    saved = services.save_answers(pk, posted, by=people.APPLICANT, revision=0)
    services.attach(
        pk, "paper_photo", "a.pdf", [test_services.pdf()], by=people.APPLICANT,
        revision=saved.revision,
    )  # fmt: skip
    return models.Entry.objects.get(dossier=granted(pk))


def kinds(ref):
    return [message.kind for message in notify.inbox(ref)]


def test_a_result_enters_its_register_when_it_is_signed(entry):
    assert (entry.register, entry.number, entry.state) == (
        "practitioners",
        "0001/2026/SYT.01",
        "valid",
    )
    assert entry.values["profession"] == "Điều dưỡng"
    assert entry.officer == people.OFFICER.ref
    assert entry.valid_until == AT.date() + timedelta(days=1826)


def test_a_refusal_enters_nothing():
    row = test_services.submitted(test_services.licence())
    test_services.step(row, "receive", people.OFFICER, "accept")
    test_services.step(row, "verify", people.OFFICER, "refuse", reason="Thiếu")
    test_services.step(row, "check", people.HEAD, "accept")
    test_services.step(row, "sign", people.DIRECTOR, "accept")

    assert not models.Entry.objects.exists()
    assert not models.Stored.objects.exists()


def test_what_was_given_once_is_not_asked_for_again(entry):
    page = selectors.procedure(LICENCE, by=people.APPLICANT, at=AT)
    assert [paper.key for paper in page["asked"]] == ["photo"]
    assert {paper.key for paper, kept in page["known"] if kept} == {"diploma", "practice"}

    pk = services.begin(LICENCE, by=people.APPLICANT, known=known(), at=AT)

    response = models.Dossier.objects.get(pk=pk).response
    answers = forms.response(response, by=people.APPLICANT).answers
    assert answers["paper_diploma"]["name"] == "a.pdf"
    saved = services.save_answers(pk, test_services.PERSON, by=people.APPLICANT, revision=0)
    assert saved.answers["paper_diploma"] == answers["paper_diploma"]


def test_nobody_is_served_from_the_store_of_another(entry):
    assert selectors.procedure(LICENCE, by=people.SOMEBODY, at=AT)["known"][0][1] is None
    ((_name, papers),) = selectors.data_store(people.SOMEBODY, on=AT.date())
    assert papers == []
    stored = models.Stored.objects.first()
    assert selectors.stored_file(stored.pk, by=people.APPLICANT)[0]
    with pytest.raises(errors.NotFound):
        selectors.stored_file(stored.pk, by=people.SOMEBODY)


def test_a_number_that_is_known_is_filled_in_and_the_new_result_takes_its_place(entry):
    assert known()["number.KQ.SYT.01"] == entry.number

    new = reissued(entry.number)

    entry.refresh_from_db()
    assert (entry.state, new.state, new.follows_id) == ("changed", "valid", entry.pk)
    assert new.values["profession"] == "Điều dưỡng"
    assert known()["number.KQ.SYT.01"] == new.number


def test_a_number_of_somebody_else_takes_the_place_of_nothing(entry):
    models.Entry.objects.filter(pk=entry.pk).update(holder=people.SOMEBODY.ref)

    new = reissued(entry.number)

    entry.refresh_from_db()
    assert (entry.state, new.follows) == ("valid", None)


@pytest.mark.parametrize(
    ("left", "told"), [(91, 0), (90, 1), (31, 1), (30, 1), (8, 1), (7, 1), (0, 1)]
)
def test_holders_and_officers_are_warned_ninety_thirty_and_seven_days_before(entry, left, told):
    at = datetime.combine(
        entry.valid_until - timedelta(days=left), AT.timetz().replace(tzinfo=None), dates.HANOI
    )

    assert services.warn_of_ends(at=at) == told
    assert services.warn_of_ends(at=at) == 0

    for who in (people.APPLICANT.ref, people.OFFICER.ref):
        assert kinds(who).count("procedures.expiring") == told


def test_each_warning_comes_once(entry):
    sent = 0
    for left in (95, 90, 60, 30, 29, 7, 6, 1):
        at = datetime.combine(
            entry.valid_until - timedelta(days=left), datetime.min.time(), dates.HANOI
        )
        sent += services.warn_of_ends(at=at)

    assert sent == 3


@pytest.mark.parametrize(("after", "state"), [(0, "valid"), (1, "expired")])
def test_an_entry_expires_on_the_day_after_its_last(entry, after, state):
    at = datetime.combine(
        entry.valid_until + timedelta(days=after), datetime.min.time(), dates.HANOI
    )
    services.expire(at=at)

    entry.refresh_from_db()
    assert entry.state == state
    assert ("procedures.expired" in kinds(people.APPLICANT.ref)) == (state == "expired")


def revoke(entry, **changed):
    told = {"reason": "Văn bằng giả", "decision": "12/QĐ-SYT", "by": people.DIRECTOR, "at": AT}
    services.revoke_result(entry.pk, **told | changed)


def test_a_leader_revokes_with_reason_and_decision_and_the_holder_is_told(entry):
    for missing in ({"reason": " "}, {"decision": ""}):
        with pytest.raises(errors.Incorrect):
            revoke(entry, **missing)

    revoke(entry)

    entry.refresh_from_db()
    assert (entry.state, entry.decision) == ("revoked", "12/QĐ-SYT")
    assert kinds(people.APPLICANT.ref)[0] == "procedures.revoked"
    assert "number.KQ.SYT.01" not in known()
    (event,) = ledger.events(names=("procedures.entry.revoked",))
    assert event.facts["number"] == entry.number
    with pytest.raises(errors.Conflict):
        revoke(entry)


def test_everybody_searches_and_learns_nothing_personal(client, entry):
    for query in ("tran thi thu", "Điều dưỡng", entry.number):
        page = client.get("/tra-cuu-so-dang-ky/", {"q": query}).content.decode()
        assert entry.number in page
        assert "Còn hiệu lực" in page
    for secret in ("031190000016", "0912345678", "Số 1 đường Mô Phỏng", "Trường mô phỏng"):
        assert secret not in page
    nobody = client.get("/tra-cuu-so-dang-ky/", {"q": "truong mo phong"}).content.decode()
    assert "Không có trong sổ này" in nobody


def test_everybody_sees_that_a_result_was_revoked(client, entry):
    revoke(entry)

    for page in (
        client.get("/tra-cuu-so-dang-ky/"),
        client.get("/kiem-tra-ket-qua/", {"so": entry.number}),
    ):
        told = page.content.decode()
        assert "Đã thu hồi" in told
        assert "Văn bằng giả" not in told


def test_a_register_that_is_not_public_is_not_found_by_everybody(client):
    assert client.get("/tra-cuu-so-dang-ky/?so=controlled").status_code == 404
    assert selectors.search_register("controlled", everything=True)["rows"] == []


def test_a_register_is_read_page_by_page(entry, monkeypatch):
    monkeypatch.setattr("haidang.rooms.procedures.selectors.registers._BIT", 1)
    new = reissued(entry.number)

    first = selectors.search_register("practitioners")
    second = selectors.search_register("practitioners", after=first["next"])

    assert [first["rows"][0].number, second["rows"][0].number] == [new.number, entry.number]
    assert second["next"] is None
    states = [
        row.state for row in selectors.search_register("practitioners", state="changed")["rows"]
    ]
    assert states == ["changed"]


def test_no_register_has_a_column_of_personal_numbers_or_homes():
    for register in registers.everything():
        assert register.basis
        for column in register.columns:
            group, _dot, name = column.source.rpartition(".")
            assert not (group == "applicant" and name in _PERSONAL), column


def test_every_result_of_a_register_is_made_by_a_procedure_that_has_its_columns():
    procedures = catalogue.current(AT.date())
    for register in registers.everything():
        made = [one for one in procedures if one.result_code in register.results]
        assert made, register.key
        asked = {
            item["link_id"]
            for one in made
            for item in catalogue.form_of(catalogue.version_of(one.key, AT.date()).definition)[
                "items"
            ]
        }
        for column in register.columns:
            assert column.source.partition(".")[0] in asked | {"holder"}, column


def test_what_is_late_is_apologised_for_once_by_itself():
    row = test_services.submitted(test_services.licence())
    test_services.step(row, "receive", people.OFFICER, "accept")
    late = row.due_at + timedelta(hours=1)
    assert services.apologise_for_late(at=row.due_at) == 0

    assert services.apologise_for_late(at=late) == 1
    assert services.apologise_for_late(at=late + timedelta(days=30)) == 0

    row.refresh_from_db()
    assert row.due_at.astimezone(dates.HANOI).date() == date(2026, 12, 30)
    assert kinds(people.APPLICANT.ref)[0] == "procedures.put_off"
