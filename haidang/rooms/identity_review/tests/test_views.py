"""The queue, the comparison, and what becomes of a pair."""

import pytest
from django.test import Client
from django.urls import reverse

from haidang.engines.access import api as access
from haidang.engines.ledger import api as ledger
from haidang.engines.people import api as people
from haidang.kernel import actor, systems

HERE, ELSEWHERE = "31T01", "31T02"
AN = {"name": "Nguyễn Văn An", "birth_date": "1970-05-14", "sex": "male"}


def signed_in(role, org=HERE):
    account = access.create_account(
        f"{role}-{org.lower() or 'city'}",
        password="một mật khẩu chỉ để thử 31",
        name="Vũ Thị Hồ Sơ",
        roles=[(role, org)],
        by=actor.SYSTEM,
    )
    client = Client()
    client.force_login(account, backend="haidang.engines.access.backends.PasswordBackend")
    return client


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def pair(db):
    for facility, phone in ((HERE, "0912345678"), (ELSEWHERE, "0987654321")):
        known = people.Candidate(**AN, identifiers=[(systems.mrn(facility), "BN1")], phone=phone)
        people.resolve(known, by=actor.SYSTEM, org=HERE)
    (found,) = people.duplicates()
    return found


def url(name, *args):
    return reverse(f"identity_review:{name}", args=args)


def text(answer):
    return answer.content.decode()


def test_the_queue_shows_pairs_with_why(pair):
    shown = text(signed_in("records_clerk").get(url("see_duplicates")))

    assert url("see_pair", pair.id) in shown
    assert "Giống họ tên và ngày sinh" in shown


def test_an_empty_queue_says_so(db):
    assert "Không còn cặp nào" in text(signed_in("records_clerk").get(url("see_duplicates")))


def test_a_pair_is_compared_and_both_looks_are_noted(pair):
    shown = text(signed_in("records_clerk").get(url("see_pair", pair.id)))

    assert "0912345678" in shown
    assert "(khác)" in shown
    assert "Cùng ngày sinh" in shown
    for row in (pair.left, pair.right):
        assert ledger.looks_at(f"Patient/{row.id}")[0].what == "So sánh hồ sơ nghi trùng"


def test_merging_and_undoing(pair):
    clerk = signed_in("records_clerk")
    told = {"keep": pair.left.id, "reason": "Đã đối chiếu thẻ căn cước"}

    answer = clerk.post(url("merge_people", pair.id), told, follow=True)
    assert "Đã gộp hai hồ sơ" in text(answer)
    assert people.person(pair.right.id).merged_into == f"Patient/{pair.left.id}"

    (merge,) = people.merges()
    assert "Đã đối chiếu" in text(clerk.get(url("see_merges")))
    answer = clerk.post(url("undo_merge", merge.id), {}, follow=True)
    assert "Đã tách lại hai hồ sơ" in text(answer)
    assert people.person(pair.right.id).merged_into is None


@pytest.mark.parametrize(
    ("told", "sentence"),
    [({"reason": "cùng thẻ"}, ""), ({"keep": "x"}, "Hãy ghi lý do gộp.")],
)
def test_a_merge_that_lacks_something_changes_nothing(pair, told, sentence):
    answer = signed_in("records_clerk").post(url("merge_people", pair.id), told)

    assert answer.status_code == 422
    assert sentence in text(answer)
    assert people.merges() == []


def test_keeping_a_third_record_is_refused(pair):
    told = {"keep": "somebody", "reason": "cùng thẻ"}
    answer = signed_in("records_clerk").post(url("merge_people", pair.id), told, follow=True)

    assert "Hãy chọn hồ sơ được giữ lại." in text(answer)
    assert people.merges() == []


def test_two_people_are_told_apart_once(pair):
    clerk = signed_in("records_clerk")

    answer = clerk.post(url("mark_different", pair.id), {"reason": "sinh đôi"}, follow=True)
    assert "hai người khác nhau" in text(answer)
    again = clerk.post(url("mark_different", pair.id), {}, follow=True)
    assert "đã có người xử lý" in text(again)
    assert people.duplicate(pair.id).reason == "sinh đôi"


CASES = [
    ("see_duplicates", [], "get", "privacy_officer", "nurse"),
    ("merge_people", ["pair"], "post", "station_head", "privacy_officer"),
    ("mark_different", ["pair"], "post", "records_clerk", "privacy_officer"),
    ("undo_merge", ["merge"], "post", "records_clerk", "privacy_officer"),
]


@pytest.mark.parametrize(("name", "args", "method", "allowed", "refused"), CASES)
def test_a_permission_opens_its_screen_and_nothing_else_does(
    pair, name, args, method, allowed, refused
):
    numbers = [_merged(pair) if arg == "merge" else pair.id for arg in args]
    ask = lambda role: getattr(signed_in(role), method)(url(name, *numbers), {}).status_code  # noqa: E731

    assert ask(refused) == 403
    assert ask(allowed) in (200, 302, 422)


def _merged(pair):
    refs = (f"Patient/{row.id}" for row in (pair.left, pair.right))
    clerk = actor.Actor(ref="Practitioner/c", name="Vũ Thị Hồ Sơ", kind="staff", org=HERE)
    return people.merge(*refs, by=clerk, reason="cùng thẻ")


def test_a_merge_of_another_organisation_is_neither_listed_nor_undone(pair):
    number = _merged(pair)
    stranger = signed_in("records_clerk", ELSEWHERE)

    assert "cùng thẻ" not in text(stranger.get(url("see_merges")))
    assert stranger.post(url("undo_merge", number), {}).status_code == 404
    assert people.merge_of(number).undone_at is None


def test_a_pair_of_another_organisation_is_not_found(pair):
    stranger = signed_in("records_clerk", ELSEWHERE)

    assert stranger.get(url("see_pair", pair.id)).status_code == 404
    assert stranger.post(url("mark_different", pair.id), {}).status_code == 404
    assert url("see_pair", pair.id) not in text(stranger.get(url("see_duplicates")))
