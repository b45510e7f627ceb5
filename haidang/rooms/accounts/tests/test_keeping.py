"""Keeping accounts and systems: allowed and refused, within the own organisation."""

import re

import pytest

from haidang.engines.access import api as access
from haidang.engines.ledger import api as ledger
from haidang.kernel import errors
from haidang.rooms.accounts import selectors, services
from haidang.rooms.accounts.tests.conftest import PASSWORD, sign_in
from tests import communes

pytestmark = pytest.mark.django_db
LIST = "/quan-tri/tai-khoan/"


@pytest.fixture
def as_keeper(keeper):
    return access.actor_of(keeper)


@pytest.fixture
def as_administrator(administrator):
    return access.actor_of(administrator)


@pytest.fixture
def as_nurse(nurse):
    return access.actor_of(nurse)


@pytest.fixture
def stranger(person):
    """Somebody of another hospital."""
    return person("nurse.xa", ("nurse", "31002"))


@pytest.fixture
def commune(db):
    with communes.standing() as code:
        yield code


def test_a_commune_looks_after_its_station_and_no_hospital_that_stands_there(person, commune):
    person("nurse.tram", ("nurse", "31077"))
    person("nurse.vien", ("nurse", "31001"))
    by = access.actor_of(person("it.xa", ("it_officer", commune)))

    shown = {card.username for card in selectors.accounts(by=by)[0]}

    assert shown == {"nurse.tram", "it.xa"}
    assert [code for code, _name in selectors.organisations(by=by)] == ["31077"]


NEW = {"username": "doctor.moi", "name": "Bác sĩ Mới", "email": "", "role": "doctor", "org": ""}


def test_an_account_is_made_in_the_own_hospital(as_keeper, browser):
    pk, password = services.create_account(by=as_keeper, **NEW)

    card = selectors.account(pk, by=as_keeper)
    assert [(held.role, held.org) for held in card.roles] == [("doctor", "31001")]
    assert card.must_change_password
    assert sign_in(browser(), "doctor.moi", password).status_code == 302


def test_a_nurse_makes_no_account(as_nurse):
    with pytest.raises(errors.NotAllowed):
        services.create_account(by=as_nurse, **NEW)


@pytest.mark.parametrize(
    "role_org", [("doctor", "31002"), ("administrator", "31001"), ("privacy_officer", "31001")]
)
def test_a_keeper_gives_no_role_beyond_the_hospital(as_keeper, nurse, role_org, monkeypatch):
    monkeypatch.setattr("haidang.engines.access.scope.name_of", lambda org: "Bệnh viện")
    role, org = role_org

    with pytest.raises(errors.NotAllowed) as refused:
        services.give_role(nurse.pk, by=as_keeper, role=role, org=org)

    assert refused.value.code == "access.role_out_of_scope"


def test_the_city_gives_any_role_anywhere(as_administrator, nurse):
    services.give_role(nurse.pk, by=as_administrator, role="privacy_officer", org="")

    roles = {held.role for held in selectors.account(nurse.pk, by=as_administrator).roles}
    assert roles == {"nurse", "privacy_officer"}


def test_an_unknown_organisation_is_refused(as_administrator, nurse):
    with pytest.raises(errors.Incorrect) as refused:
        services.give_role(nurse.pk, by=as_administrator, role="doctor", org="ZZZZZ")

    assert refused.value.code == "access.unknown_org"


def test_accounts_of_another_hospital_are_not_there(as_keeper, nurse, stranger):
    found, _after = selectors.accounts(by=as_keeper)

    assert {card.username for card in found} == {"it.binh", "nurse.lan"}
    with pytest.raises(errors.NotFound):
        selectors.account(stranger.pk, by=as_keeper)
    for act in (services.disable_account, services.reset_password, services.reset_factors):
        with pytest.raises(errors.NotFound):
            act(stranger.pk, by=as_keeper)


def test_accounts_are_found_by_name_role_and_state(as_administrator, nurse, stranger):
    def names(**wanted):
        return [card.username for card in selectors.accounts(by=as_administrator, **wanted)[0]]

    services.disable_account(stranger.pk, by=as_administrator)

    assert names(text="LAN") == ["nurse.lan"]
    assert names(role="nurse", active=True) == ["nurse.lan"]
    assert names(role="nurse", active=False) == ["nurse.xa"]
    assert names(after="nurse.lan") == ["nurse.xa"]


def test_taking_a_role_back_leaves_the_past_in_the_ledger(as_keeper, nurse):
    services.take_role(nurse.pk, by=as_keeper, role="nurse", org="31001")

    assert access.actor_of(nurse).roles == frozenset()
    event = ledger.events(names=("access.role.ended",), limit=10_000)[-1]
    assert (event.by_ref, event.org) == (as_keeper.ref, "31001")


def test_a_closed_account_is_out_at_once(as_keeper, nurse, signed_in, browser):
    client = signed_in(nurse)

    services.disable_account(nurse.pk, by=as_keeper)

    assert client.get("/tai-khoan/bao-mat/").status_code == 302
    services.enable_account(nurse.pk, by=as_keeper)
    assert sign_in(browser(), "nurse.lan").status_code == 302


def test_nobody_shuts_themselves_out(as_administrator, administrator):
    with pytest.raises(errors.RuleBroken):
        services.disable_account(administrator.pk, by=as_administrator)
    with pytest.raises(errors.RuleBroken):
        services.take_role(administrator.pk, by=as_administrator, role="administrator", org="")


def test_lost_factors_are_removed(as_keeper, with_app):
    nurse, _secret, _codes = with_app

    services.reset_factors(nurse.pk, by=as_keeper)

    assert not access.has_second(nurse)


def test_a_system_is_connected_and_cut_off(as_keeper):
    token = services.connect_system(by=as_keeper, name="HIS", scopes=["system/*.rs"], org="")
    assert access.client_of(token).org == "31001"

    (system,) = selectors.systems(by=as_keeper).working
    services.disconnect_system(system.uid, by=as_keeper)

    assert access.client_of(token) is None


def test_a_system_of_another_hospital_is_out_of_reach(as_keeper, as_administrator):
    with pytest.raises(errors.NotAllowed):
        services.connect_system(by=as_keeper, name="HIS", scopes=["system/*.rs"], org="31002")
    services.connect_system(by=as_administrator, name="HIS", scopes=["system/*.rs"], org="31002")
    (system,) = selectors.systems(by=as_administrator).working

    with pytest.raises(errors.NotFound):
        services.disconnect_system(system.uid, by=as_keeper)


def test_a_nurse_sees_none_of_these_screens(signed_in, nurse):
    client = signed_in(nurse)
    for url in (
        LIST,
        f"{LIST}moi/",
        f"{LIST}{nurse.pk}/",
        "/quan-tri/he-thong/",
        "/quan-tri/he-thong/moi/",
    ):
        assert client.get(url).status_code == 403, url


def test_a_keeper_makes_an_account_on_the_screen(signed_in, keeper):
    client = signed_in(keeper)
    assert "Tạo tài khoản" in client.get(LIST).content.decode()

    short = client.post(f"{LIST}moi/", NEW | {"username": "x"})
    made = client.post(f"{LIST}moi/", NEW).content.decode()

    assert short.status_code == 422
    assert 'href="#id_username"' in short.content.decode()
    assert re.search(r"[a-z2-9]{5}-[a-z2-9]{5}-[a-z2-9]{5}", made)


def test_a_name_in_use_is_said_at_its_field(signed_in, keeper, nurse):
    answer = signed_in(keeper).post(f"{LIST}moi/", NEW | {"username": "nurse.lan"})

    assert answer.status_code == 422
    assert "đã có người dùng" in answer.content.decode()


def test_a_keeper_looks_after_an_account_on_the_screen(signed_in, keeper, nurse):
    client, page = signed_in(keeper), f"{LIST}{nurse.pk}/"

    assert client.post(f"{page}vai-tro/", {"role": "midwife", "org": ""}).url == page
    assert "Hộ sinh" in client.get(page).content.decode()
    assert client.post(f"{page}bo-vai-tro/", {"role": "midwife", "org": "31001"}).url == page
    assert client.post(f"{page}vai-tro/", {"role": "", "org": ""}).status_code == 422
    assert "Mật khẩu tạm" in client.post(f"{page}mat-khau/").content.decode()
    assert client.post(f"{page}lop-bao-ve/").url == page
    assert client.post(f"{page}khoa/").url == page
    assert "Mở lại tài khoản" in client.get(page).content.decode()
    assert client.post(f"{page}mo/").url == page


def test_a_keeper_connects_a_system_on_the_screen(signed_in, keeper):
    client = signed_in(keeper)
    form = {"name": "HIS Việt Tiệp", "org": "", "scopes": ["system/*.rs"]}

    shown = client.post("/quan-tri/he-thong/moi/", form).content.decode()
    listed = client.get("/quan-tri/he-thong/").content.decode()

    assert "hd_" in shown
    assert "HIS Việt Tiệp" in listed
    assert "hd_" not in listed


def test_the_list_costs_the_same_for_one_and_for_many(
    signed_in, administrator, person, django_assert_max_num_queries
):
    for n in range(12):
        person(f"nurse.{n}", ("nurse", "31001"))
    client = signed_in(administrator)

    with django_assert_max_num_queries(14):
        client.get(LIST)


@pytest.mark.parametrize(
    "above", [("administrator", None), ("privacy_officer", "31001"), ("doctor", "31002")]
)
def test_nobody_takes_over_an_account_above_their_own(as_keeper, person, above):
    boss = person("boss.an", ("doctor", "31001"), above)

    for act in (services.reset_password, services.reset_factors, services.disable_account):
        with pytest.raises(errors.NotAllowed) as refused:
            act(boss.pk, by=as_keeper)
        assert refused.value.code == "access.account_above"
    assert boss.check_password(PASSWORD)


def test_the_citys_it_officer_does_not_become_an_administrator(person, administrator):
    it_officer = access.actor_of(person("it.city", ("it_officer", None)))

    with pytest.raises(errors.NotAllowed):
        services.reset_password(administrator.pk, by=it_officer)
    with pytest.raises(errors.NotAllowed):
        services.give_role(it_officer.account, by=it_officer, role="administrator", org="")


def test_an_administrator_looks_after_administrators(person, as_administrator):
    other = person("admin.two", ("administrator", None))

    services.reset_password(other.pk, by=as_administrator)
