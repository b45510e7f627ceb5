"""The screens of the room, on visits taken in as facilities send them."""

import re

import pytest
from django.urls import reverse

from haidang.engines.access import api as access
from haidang.engines.ledger import api as ledger
from haidang.engines.people import api as people
from haidang.engines.records import api as records
from haidang.kernel import actor, systems
from haidang.rooms.health_record.selectors import timeline, words
from haidang.rooms.health_record.tests.universe import ELSEWHERE, signed_in
from haidang.ui import messages, offline

STAFF_PAGES = [
    "see_person", "see_problems", "see_medicines", "see_results", "see_papers", "see_visits", "see_sources",
]  # fmt: skip
FAMILY_PAGES = [
    "see_family_record",
    "see_family_medicines",
    "see_family_results",
    "see_family_looks",
]
CITIZEN_QR = "031070000001||Nguyễn Văn Mẫu|01011970|Nam|Phường Mẫu|01012022"


def url(name, person, *more):
    return reverse(f"health_record:{name}", args=[person.id, *more])


def text(answer):
    return answer.content.decode()


@pytest.mark.parametrize("page", STAFF_PAGES)
def test_every_part_of_the_record_opens(person, page):
    answer = signed_in("doctor").get(url(page, person))

    assert answer.status_code == 200
    assert person.name in text(answer)


@pytest.mark.parametrize(
    ("page", "told"),
    [
        ("see_person", "Khám ngoại trú: Tăng huyết áp vô căn"),
        ("see_person", "người bệnh trả 90.000 ₫"),
        ("see_person", "1 ngoài khoảng"),
        ("see_person", "100 Viên"),
        ("see_problems", "E11.9"),
        ("see_medicines", "Thuốc mẫu 5mg"),
        ("see_results", "3,9 – 6,4 mmol/L"),
        ("see_visits", "450.000 ₫"),
        ("see_sources", "Đề nghị thanh toán"),
        ("see_sources", "Chưa phần nào thay đổi"),
    ],
)
def test_the_pages_tell_what_the_dossier_said(person, page, told):
    assert told in text(signed_in("doctor").get(url(page, person)))


@pytest.mark.parametrize("page", STAFF_PAGES)
def test_a_page_costs_the_same_few_queries_however_long_the_record(
    person, page, django_assert_max_num_queries
):
    client = signed_in("doctor")
    client.get(url(page, person))

    with django_assert_max_num_queries(24):
        client.get(url(page, person))


def test_a_look_is_noted_before_anything_is_shown(person):
    signed_in("doctor", name="Bùi Thị Bác Sĩ").get(url("see_medicines", person))

    look = ledger.looks_at(person.ref)[0]
    assert (look.by_name, look.what, look.purpose, look.allowed) == (
        "Bùi Thị Bác Sĩ",
        "Thuốc",
        "care",
        True,
    )


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ("fhir.match", "Đối chiếu xem là ai (hệ thống kết nối)"),
        ("fhir.search Observation", "Kết quả (hệ thống kết nối)"),
        ("fhir.read Device", "Device (hệ thống kết nối)"),
        ("fhir.bundle", "Hệ thống kết nối"),
        ("Thuốc", "Thuốc"),
        ("intake.see_dossier", "Xem báo cáo và bản gốc của một hồ sơ"),
        ("smart.launch", "Mở ứng dụng kết nối"),
    ],
)
def test_people_read_in_words_what_systems_looked_at(what, told):
    assert words.look(what) == told


def test_no_look_is_told_to_people_by_its_name_in_the_code():
    unspoken = [what for what in _names_of_looks() if words.look(what) == what]

    assert unspoken == []


def _names_of_looks():
    """What the code writes into the access book as a name with a dot, not as words."""
    for path in messages.PACKAGE.rglob("*.py"):
        if "tests" not in path.parts:
            yield from re.findall(r'what="([a-z_]+\.[a-z_. ]+)"', path.read_text())


def test_a_filter_shows_one_kind_only(person):
    shown = text(signed_in("doctor").get(url("see_person", person), {"loai": "medicine"}))

    assert "Thuốc mẫu" in shown
    assert "Chi phí 450" not in shown


def test_one_type_of_parts_is_listed_with_its_versions(person):
    shown = text(signed_in("doctor").get(url("see_sources", person), {"loai": "Observation"}))

    assert shown.count("/phien-ban/Observation/") == 4


def test_htmx_gets_the_next_episodes_without_the_page_around(person):
    answer = signed_in("doctor").get(url("see_person", person), headers={"HX-Request": "true"})

    assert "<main" not in text(answer)
    assert "Khám ngoại trú" in text(answer)


def test_the_next_episodes_do_not_repeat_the_year(person, monkeypatch):
    monkeypatch.setattr(timeline, "AT_ONCE", 1)
    doctor = signed_in("doctor")

    first = text(doctor.get(url("see_person", person)))
    second = text(
        doctor.get(url("see_person", person), {"tu": "1"}, headers={"HX-Request": "true"})
    )

    assert f"{url('see_person', person)}?tu=1" in first
    assert first.count('class="life-year"') == 1
    assert second.count('class="life-year"') == 0
    assert "Khám ngoại trú" in second


def test_one_test_over_time_has_a_trend(person):
    answer = signed_in("doctor").get(url("see_results", person), {"xet-nghiem": "29463-7|kg"})

    assert "Cân nặng" in text(answer)
    assert "<polyline" in text(answer)


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("see_visit", ["nothing"]),
        ("see_paper", ["Composition", "nothing"]),
        ("see_versions", ["Observation", "nothing"]),
    ],
)
def test_a_part_that_is_not_in_this_record_is_not_found(person, name, more):
    assert signed_in("doctor").get(url(name, person, *more)).status_code == 404


def test_on_the_page_of_a_visit_those_who_may_open_an_app_for_it(person):
    with access.reach(actor.SYSTEM, people="all"):
        visit = records.search("Encounter", [("subject", person.ref)]).matches[0].id
    field = f'name="encounter" value="{visit}"'

    assert field in text(signed_in("doctor").get(url("see_visit", person, visit)))
    assert field not in text(signed_in("records_clerk").get(url("see_visit", person, visit)))


def test_versions_show_what_changed(person):
    with access.reach(actor.SYSTEM, people="all"):
        patient = records.get(person.ref).resource
        people.save_patient({**patient, "gender": "female"}, by=actor.SYSTEM)

    shown = text(signed_in("doctor").get(url("see_versions", person, "Patient", person.id)))

    assert "Phiên bản 2" in shown
    assert '<del class="diff-old">male</del>' in shown
    assert '<ins class="diff-new">female</ins>' in shown


def look_for(client, query):
    """Post a search and follow it as far as the page that answers."""
    posted = client.post(reverse("health_record:find_person"), {"q": query})
    assert posted.status_code == 302
    return client.get(posted.url)


def test_what_is_searched_for_stays_out_of_the_address(person):
    client = signed_in("nurse")

    posted = client.post(reverse("health_record:find_person"), {"q": "031070000001"})
    others = signed_in("doctor").get(posted.url)

    assert "031070000001" not in posted.url
    assert person.name not in text(others)


@pytest.mark.parametrize("query", ["nguyen van mau", "031070000001", CITIZEN_QR])
def test_a_person_is_found_and_opened(person, query):
    answer = look_for(signed_in("nurse"), query)

    target = url("see_person", person)
    assert answer.url == target if answer.status_code == 302 else target in text(answer)


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("khong co ai ten nay", "Không tìm thấy ai"),
        ("a", "ít nhất 2 chữ cái"),
        ("a|b|c", "không phải của thẻ căn cước"),
        ("", "Tên không dấu cũng được"),
    ],
)
def test_a_search_that_finds_nobody_says_what_to_do(person, query, told):
    answer = look_for(signed_in("nurse"), query)

    assert answer.status_code == 200
    assert told in text(answer)


def test_a_search_shows_no_whole_number(person):
    shown = text(look_for(signed_in("nurse"), "nguyen van mau"))

    assert "031070000001" not in shown


def test_the_address_of_a_merged_record_leads_to_the_kept_one(person):
    twin = people.resolve(people.Candidate("Nguyễn Văn Mẫu", "1970"), by=actor.SYSTEM)
    people.merge(person.ref, twin.patient_ref, by=actor.SYSTEM, reason="cùng một người")
    old = people.person(twin.patient_ref)

    answer = signed_in("doctor").get(url("see_medicines", old))

    assert (answer.status_code, answer.url) == (302, url("see_medicines", person))


def test_a_possible_duplicate_is_pointed_out_to_who_may_decide(person):
    number = (systems.CITIZEN_ID, "031070000001")
    known = people.Candidate(person.name, "1981-01-01", person.sex, [number])
    assert people.resolve(known, by=actor.SYSTEM, org="31T01").review

    assert "Có thể trùng với một hồ sơ khác" in text(
        signed_in("station_head").get(url("see_person", person))
    )
    assert "Có thể trùng" not in text(signed_in("doctor").get(url("see_person", person)))


def test_without_a_relationship_the_record_asks_for_a_reason(person):
    stranger = signed_in("doctor", org=ELSEWHERE)

    answer = stranger.get(url("see_person", person))

    assert answer.status_code == 403
    assert "Lý do mở khẩn cấp" in text(answer)
    assert person.name not in text(answer)


def test_breaking_the_glass_opens_the_record_and_tells_the_person(person):
    stranger = signed_in("doctor", org=ELSEWHERE)
    reason = "Người bệnh hôn mê, cần biết dị ứng thuốc"

    answer = stranger.post(url("break_glass", person), {"reason": reason}, follow=True)

    assert answer.status_code == 200
    assert "Đang mở khẩn cấp" in text(answer)
    citizen = signed_in(patient=person.id)
    assert reason in text(citizen.get(url("see_family_looks", person)))


def test_a_short_reason_opens_nothing(person):
    stranger = signed_in("doctor", org=ELSEWHERE)

    answer = stranger.post(url("break_glass", person), {"reason": "cấp cứu"})

    assert answer.status_code == 422
    assert "ít nhất 15 ký tự" in text(answer)
    assert stranger.get(url("see_person", person)).status_code == 403


@pytest.mark.parametrize("page", FAMILY_PAGES)
def test_a_person_sees_the_own_record_in_plain_words(person, page):
    answer = signed_in(patient=person.id).get(url(page, person))

    assert answer.status_code == 200
    assert person.name in text(answer)


@pytest.mark.parametrize(
    ("page", "told"),
    [
        ("see_family_record", "Bạn được khám ngày 02/03/2026"),
        ("see_family_record", "Thuốc được kê: Thuốc mẫu"),
        ("see_family_results", "Cao hơn khoảng thường gặp"),
        ("see_family_medicines", "Cách dùng: 1 viên"),
        ("see_family_looks", "Chính chủ xem"),
    ],
)
def test_plain_words(person, page, told):
    assert told in text(signed_in(patient=person.id).get(url(page, person)))


def test_a_phone_may_keep_what_the_family_reads_and_nothing_that_staff_read(person):
    own, doctor = signed_in(patient=person.id), signed_in("doctor")

    assert all(offline.HEADER in own.get(url(page, person)).headers for page in FAMILY_PAGES)
    assert not any(offline.HEADER in doctor.get(url(page, person)).headers for page in STAFF_PAGES)


def test_a_guardian_sees_the_family(person):
    child = people.resolve(
        people.Candidate("Nguyễn Thị Bé", "2024-05-06", "female"), by=actor.SYSTEM
    )
    people.set_guardian(child.patient_rid, person.rid, relation="father", by=actor.SYSTEM)
    father = signed_in(patient=person.id)

    cards = text(father.get(reverse("health_record:see_family")))
    assert cards.index("Nguyễn Văn Mẫu") < cards.index("Nguyễn Thị Bé")
    assert father.get(url("see_family_record", people.person(child.patient_ref))).status_code == 200
