"""Applying for somebody else: by authorisation, for an organisation, for a child."""

from datetime import date, timedelta

import pytest

from haidang.engines.access import api as access
from haidang.engines.documents import api as documents
from haidang.engines.ledger import api as ledger
from haidang.engines.notify import api as notify
from haidang.engines.people import api as persons
from haidang.kernel import actor, errors, systems
from haidang.rooms.procedures import models, selectors, services
from haidang.rooms.procedures.selectors import acting
from haidang.rooms.procedures.tests import people, test_services
from haidang.rooms.procedures.tests.test_services import AT, LICENCE

AGENT_NUMBER = "031190000016"
NEXT_YEAR = AT.date() + timedelta(days=366)


@pytest.fixture(autouse=True)
def office(opened_office, db, settings, tmp_path):
    settings.HAIDANG_FILES = str(tmp_path)
    settings.HAIDANG_SIGNERS = str(tmp_path / "signers")


@pytest.fixture
def agent(everything_open):
    """Somebody with a number, whom an applicant can name."""
    found = persons.resolve(
        persons.Candidate(
            "Phạm Thị Nộp Hộ",
            birth_date="1990-05-20",
            sex="female",
            identifiers=[(systems.CITIZEN_ID, AGENT_NUMBER)],
        ),
        by=actor.SYSTEM,
        org="31Z99",
    )
    return actor.Actor(ref=found.patient_ref, name="Phạm Thị Nộp Hộ", kind="citizen")


def authorised(**changed):
    told = {
        "principal": people.APPLICANT.ref,
        "agent_name": "pham thi nop ho",
        "agent_number": "0311 9000 0016",
        "procedures": [LICENCE],
        "may_receive": False,
        "until": NEXT_YEAR,
        "evidence": ("giay-uy-quyen.pdf", [test_services.pdf()]),
        "by": people.APPLICANT,
        "at": AT,
    }
    return services.authorise(**told | changed)


def applied(agent, key=LICENCE, principal=people.APPLICANT.ref):
    behalf = acting.standing(agent, principal, key, on=AT.date())
    known = {"person.name": behalf.name}
    return services.begin(key, by=agent, known=known, at=AT, behalf=behalf)


def kinds(ref):
    return [message.kind for message in notify.inbox(ref)]


def test_an_agent_applies_and_both_follow(agent):
    authorised()
    assert kinds(agent.ref) == ["procedures.authorised"]

    pk = applied(agent)

    row = models.Dossier.objects.get(pk=pk)
    assert (row.applicant_name, row.submitter_name) == ("Trần Thị Thử", "Phạm Thị Nộp Hộ")
    assert row.basis == "authorised"
    for by in (people.APPLICANT, agent):
        assert selectors.mine(pk, by=by).pk == pk
        assert [line.url_id for line in selectors.dossiers_of(by, at=AT)] == [pk]


def test_both_are_told_of_what_happens(agent):
    authorised()
    pk = applied(agent)
    saved = services.save_answers(
        pk, test_services.PERSON | test_services.ANSWERS, by=agent, revision=0
    )
    for paper in ("diploma", "practice", "photo"):
        saved = services.attach(
            pk, f"paper_{paper}", "a.pdf", [test_services.pdf()], by=agent, revision=saved.revision
        )
    services.submit(pk, by=agent, at=AT)

    assert kinds(agent.ref)[0] == kinds(people.APPLICANT.ref)[0] == "procedures.submitted"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"agent_name": "Phạm Thị Khác"}, "procedures.agent_unknown"),
        ({"agent_number": "031190000024"}, "procedures.agent_unknown"),
        ({"agent_number": "pham"}, "procedures.agent_unknown"),
        ({"until": AT.date() - timedelta(days=1)}, "procedures.term_wrong"),
        ({"until": NEXT_YEAR + timedelta(days=1)}, "procedures.term_wrong"),
        ({"principal": "Organisation/0200000001"}, "procedures.no_authority"),
        ({"principal": people.SOMEBODY.ref}, "procedures.no_authority"),
        ({"procedures": ["khong-co"]}, "procedures.unknown"),
    ],
)
def test_an_authorisation_that_is_not_sound_is_refused(agent, changed, code):
    with pytest.raises(errors.HaidangError) as refused:
        authorised(**changed)

    assert refused.value.code == code
    assert not models.Authorisation.objects.exists()


def test_an_authorisation_is_for_what_it_says_and_until_its_last_day(agent):
    authorised()

    with pytest.raises(errors.NotAllowed):
        acting.standing(agent, people.APPLICANT.ref, "cong-bo-my-pham", on=AT.date())
    assert acting.standing(agent, people.APPLICANT.ref, LICENCE, on=NEXT_YEAR)
    with pytest.raises(errors.NotAllowed):
        acting.standing(agent, people.APPLICANT.ref, LICENCE, on=NEXT_YEAR + timedelta(days=1))
    with pytest.raises(errors.NotAllowed):
        acting.standing(people.SOMEBODY, people.APPLICANT.ref, LICENCE, on=AT.date())


def test_a_revoked_authorisation_leaves_the_dossier_to_its_applicant(agent):
    authorisation = authorised()
    pk = applied(agent)
    with pytest.raises(errors.NotFound):
        services.revoke(authorisation, by=people.SOMEBODY, at=AT, reason="")

    services.revoke(authorisation, by=people.APPLICANT, at=AT, reason="Đã xong việc")

    with pytest.raises(errors.NotFound):
        selectors.mine(pk, by=agent)
    assert selectors.mine(pk, by=people.APPLICANT).pk == pk
    assert selectors.dossiers_of(agent, at=AT) == []
    assert kinds(agent.ref)[0] == "procedures.authorisation_ended"
    with pytest.raises(errors.NotFound):
        services.revoke(authorisation, by=people.APPLICANT, at=AT, reason="lần nữa")


@pytest.mark.parametrize("may", [True, False])
def test_a_result_is_received_by_an_agent_only_if_it_was_said(agent, may):
    authorised(may_receive=may)
    pk = applied(agent)
    kept = documents.keep([test_services.pdf()], name="a.pdf", by=people.OFFICER)
    models.Dossier.objects.filter(pk=pk).update(result_file=kept.sha256, code="x")

    assert selectors.own_file(pk, kept.sha256, by=people.APPLICANT)
    if may:
        assert selectors.own_file(pk, kept.sha256, by=agent)
    else:
        with pytest.raises(errors.NotAllowed):
            selectors.own_file(pk, kept.sha256, by=agent)


def test_a_guessed_dossier_is_not_found_and_the_guess_is_noted():
    pk = test_services.licence()

    with pytest.raises(errors.NotFound):
        selectors.mine(pk, by=people.SOMEBODY)

    look = ledger.looks_by(people.SOMEBODY.ref)[0]
    assert (look.what, look.allowed) == ("procedures.see_dossier", False)


def represented(by=people.APPLICANT):
    return services.represent(
        tax_code="0200000001",
        organisation="Nhà thuốc mô phỏng",
        until=NEXT_YEAR,
        evidence=("dang-ky.pdf", [test_services.pdf()]),
        by=by,
        at=AT,
    )


def test_an_organisation_is_represented_once_the_desk_has_confirmed_it(agent):
    authorisation = represented()
    assert acting.standings(people.APPLICANT, on=AT.date()) == []
    assert len(selectors.waiting_representatives()) == 1

    services.confirm_representative(
        authorisation, accepted=True, reason="", by=people.OFFICER, at=AT
    )
    pk = applied(people.APPLICANT, "cong-bo-my-pham", "Organisation/0200000001")

    row = models.Dossier.objects.get(pk=pk)
    assert (row.applicant_name, row.basis) == ("Nhà thuốc mô phỏng", "representative")
    authorised(principal="Organisation/0200000001", procedures=[])
    assert applied(agent, "cong-bo-my-pham", "Organisation/0200000001") != pk
    with pytest.raises(errors.Conflict):  # another clerk was faster
        services.confirm_representative(
            authorisation, accepted=True, reason="", by=people.OFFICER, at=AT
        )


def test_a_representative_who_is_not_confirmed_is_told_why():
    authorisation = represented()
    with pytest.raises(errors.Incorrect):
        services.confirm_representative(
            authorisation, accepted=False, reason=" ", by=people.OFFICER, at=AT
        )

    services.confirm_representative(
        authorisation, accepted=False, reason="Tên không khớp", by=people.OFFICER, at=AT
    )

    (line,) = selectors.authorisations(people.APPLICANT)["held"]
    assert (line.state, line.reason) == ("refused", "Tên không khớp")
    assert kinds(people.APPLICANT.ref) == ["procedures.represent_answered"]


@pytest.mark.parametrize("code", ["123", "02000000012", "abcdefghij"])
def test_a_tax_code_has_its_shape(code):
    with pytest.raises(errors.Incorrect):
        services.represent(
            tax_code=code,
            organisation="x",
            until=NEXT_YEAR,
            evidence=("a.pdf", [test_services.pdf()]),
            by=people.APPLICANT,
            at=AT,
        )


@pytest.fixture
def mother(everything_open):
    """A mother with an account, and her child."""
    found = persons.resolve_many(
        [
            persons.Candidate("Lê Thị Mẹ", birth_date="1990-01-01", sex="female"),
            persons.Candidate("Lê Văn Con", birth_date="2020-01-01", sex="male"),
        ],
        by=actor.SYSTEM,
        org="31Z99",
    )
    parent, child = found
    persons.set_guardian(
        child.patient_rid,
        parent.patient_rid,
        relation="mother",
        by=actor.SYSTEM,
        until=date(2099, 1, 1),
    )
    account = access.create_account(
        "me.con",
        password="mot mat khau that dai",  # noqa: S106
        name="Lê Thị Mẹ",
        by=actor.SYSTEM,
        patient=parent.patient_ref.removeprefix("Patient/"),
    )
    return access.actor_of(account), child.patient_ref


def test_a_guardian_applies_for_a_child(mother):
    by, child = mother

    pk = applied(by, principal=child)

    row = models.Dossier.objects.get(pk=pk)
    assert (row.applicant, row.applicant_name, row.basis) == (child, "Lê Văn Con", "guardian")
    behalf = acting.standing(by, child, LICENCE, on=AT.date())
    assert selectors.known_of(by, behalf)["person.name"] == "Lê Văn Con"
    assert selectors.mine(pk, by=by).pk == pk
    with pytest.raises(errors.NotFound):
        selectors.mine(pk, by=people.SOMEBODY)
