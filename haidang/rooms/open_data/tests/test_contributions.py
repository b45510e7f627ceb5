"""A contribution from its upload to its publication, and each way that it may end."""

import hashlib
from datetime import datetime, timedelta

import pytest

from haidang.engines.documents import api as documents
from haidang.engines.ledger import api as ledger
from haidang.engines.notify import api as notify
from haidang.kernel import dates, errors
from haidang.rooms.open_data import models, selectors, services
from haidang.rooms.open_data.tests import people
from haidang.rooms.open_data.tests.test_sheets import workbook

pytestmark = pytest.mark.usefixtures("folders")

AT = datetime(2026, 5, 20, 9, tzinfo=dates.HANOI)
TABLE = "Tên nhà thuốc,Phường,Mở cửa ban đêm\nSố 1,Hồng Bàng,có\nSố 2,Lê Chân,-\n".encode()
MEANINGS = {
    "ten_nha_thuoc": "Tên trên biển",
    "phuong": "Nơi đặt",
    "mo_cua_ban_dem": "Có mở sau 22 giờ",
}


def uploaded(content=TABLE, *, by=None, into=None, name="nha-thuoc.csv", **changes):
    given = {
        "title": "Nhà thuốc mở cửa ban đêm",
        "description": "Nhà thuốc mở sau 22 giờ, đi khảo sát tháng 5/2026.",
        "licence": "cc-by-4.0",
        "shown_as": "name",
        "organisation": "",
    }
    return services.upload(
        content, name=name, **(given | changes), by=by or people.contributor(), at=AT, into=into
    )


def sent(content=TABLE, **more):
    pk = uploaded(content, **more)
    services.submit(pk, meanings=MEANINGS, by=people.contributor(), at=AT)
    return pk


def observed(**changes):
    given = {
        "row_words": "QĐ 3532",
        "column": "owner",
        "proposed": "Phòng khác",
        "words": "Đơn vị này đã đổi tên.",
        "shown_as": "anonymous",
        "organisation": "",
        "evidence": None,
    }
    return services.report("danh-muc-chi-so", **(given | changes), by=people.contributor(), at=AT)


def state(pk):
    return models.Contribution.objects.get(pk=pk).state


def said():
    return [e.name for e in ledger.latest_events(20) if e.name.startswith("open_data.")]


def test_an_accepted_table_becomes_a_release_with_its_sender_as_they_chose():
    pk = sent(shown_as="organisation", organisation="Hội Dược học")

    services.accept(pk, by=people.officer(), at=AT)

    key = models.Contribution.objects.get(pk=pk).dataset
    one, release = selectors.dataset(key), selectors.release(key)
    assert key == "dong-gop-nha-thuoc-mo-cua-ban-dem"
    assert one.contributor == "Hội Dược học"
    assert [c.meaning for c in one.columns] == list(MEANINGS.values())
    assert selectors.rows(release)[0] == {"ten_nha_thuoc": "Số 1", "phuong": "Hồng Bàng", "mo_cua_ban_dem": "có"}  # fmt: skip
    assert said()[:2] == ["open_data.contribution.accepted", "open_data.release.made"]
    assert notify.inbox(people.contributor().ref)
    assert [line["key"] for line in selectors.catalogue_page("nha thuoc dem")["lines"]] == [key]


def test_who_stays_unnamed_is_nowhere_in_what_is_published():
    pk = sent(shown_as="anonymous")

    services.accept(pk, by=people.officer(), at=AT)

    key = models.Contribution.objects.get(pk=pk).dataset
    page = selectors.dataset_page(key)
    assert "nguoi-gui" not in str({k: v for k, v in page.items() if k != "one"})
    assert "nguoi-gui" not in page["one"].contributor
    with documents.open_file(selectors.file_of(page["newest"], "json")["file"]) as file:
        assert b"nguoi-gui" not in file.read()


def test_a_workbook_is_kept_as_it_was_sent_and_published_as_it_was_read():
    pk = sent(workbook(["Tên nhà thuốc", "Phường", "Mở cửa ban đêm"], ["Số 1", "Hồng Bàng", True]), name="a.xlsx")  # fmt: skip

    services.accept(pk, by=people.officer(), at=AT)

    row = models.Contribution.objects.get(pk=pk)
    assert documents.file(row.file).type.endswith("sheet")
    assert selectors.rows(selectors.release(row.dataset))[0]["mo_cua_ban_dem"] == "true"


def test_a_second_table_of_the_same_title_is_the_next_release():
    first, second = sent(), sent(TABLE + "Số 3,Kiến An,có\n".encode())
    services.accept(first, by=people.officer(), at=AT)

    services.accept(second, by=people.officer(), at=AT + timedelta(hours=1))

    key = models.Contribution.objects.get(pk=second).dataset
    assert [r.number for r in selectors.releases(key)] == [2, 1]
    assert models.Contributed.objects.count() == 1


def test_the_same_title_by_somebody_else_is_another_data_set():
    services.accept(sent(), by=people.officer(), at=AT)
    pk = uploaded(by=people.somebody())
    services.submit(pk, meanings=MEANINGS, by=people.somebody(), at=AT)

    services.accept(pk, by=people.officer(), at=AT)

    assert models.Contributed.objects.count() == 2


def test_a_returned_table_is_corrected_and_sent_again():
    pk = sent()
    services.send_back(pk, reason="Thiếu phường Kiến An.", by=people.officer(), at=AT)

    again = uploaded(TABLE + "Số 3,Kiến An,có\n".encode(), into=pk)
    services.submit(pk, meanings={}, by=people.contributor(), at=AT)

    assert again == pk
    assert state(pk) == "submitted"
    assert models.Contribution.objects.get(pk=pk).row_count == 3
    assert said()[:3] == [
        "open_data.contribution.submitted",
        "open_data.contribution.drafted",
        "open_data.contribution.returned",
    ]


@pytest.mark.parametrize("act", [services.send_back, services.refuse])
def test_a_return_or_refusal_needs_its_reason(act):
    pk = sent()

    with pytest.raises(errors.RuleBroken) as why:
        act(pk, reason="  ", by=people.officer(), at=AT)

    assert why.value.code == "open_data.reason_missing"
    assert state(pk) == "submitted"


def test_a_refused_contribution_is_published_nowhere_and_its_sender_is_told():
    pk = sent()

    services.refuse(pk, reason="Đã có bộ dữ liệu này.", by=people.officer(), at=AT)

    assert (state(pk), models.Release.objects.count()) == ("refused", 0)
    assert notify.inbox(people.contributor().ref)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"a,b\n=cmd,1\n", "formula"),
        ("mã,b\n031190000016,1\n".encode(), "personal_citizen_id"),
        ("Tên,Số\nHải,1\n".encode()[:9] + b"\xff\xfe\xfd,1\n", "broken_encoding"),
        (b"%PDF-1.7 a,b\n1,2\n", "not_a_table"),
        (b"\xd0\xcf\x11\xe0 a,b\n", "not_a_table"),
        (b"x" * (10 * 1024 * 1024 + 1), "too_large"),
    ],
)
def test_a_table_with_faults_is_answered_and_leaves_nothing(content, code):
    with pytest.raises(errors.RuleBroken) as why:
        uploaded(content)

    assert why.value.code == "open_data.table_refused"
    assert code in [one["code"] for one in why.value.facts["problems"]]
    assert models.Contribution.objects.count() == 0
    assert said() == ["open_data.upload.refused"]


def test_a_refused_workbook_is_not_kept_and_the_ledger_tells_which_it_was():
    content = workbook(["Họ tên", "Ngày sinh"], ["Người Mẫu", "1990-01-01"])

    with pytest.raises(errors.RuleBroken):
        uploaded(content, name="a.xlsx")

    digest = hashlib.sha256(content).hexdigest()
    (told,) = ledger.events(names=("open_data.upload.refused",), limit=5)
    assert told.facts == {"sha256": digest, "codes": ["personal_name_birth"]}
    with pytest.raises(errors.NotFound):
        documents.file(digest)


def test_what_is_a_picture_is_no_table_whatever_its_name():
    with pytest.raises(errors.RuleBroken) as why:
        uploaded(b"\x89PNG\r\n\x1a\n" + b"0" * 50, name="bang.csv")

    assert why.value.facts["problems"][0]["code"] == "not_a_table"


DOUBTFUL = "Nơi,Người giữ chìa khóa\nNhà văn hóa,Nguyễn Minh Đức\nCông viên,-\n".encode()
KEYS = {"noi": "Nơi có tủ sơ cứu", "nguoi_giu_chia_khoa": "Ai mở tủ"}


def doubtful():
    pk = uploaded(DOUBTFUL)
    services.submit(pk, meanings=KEYS, by=people.contributor(), at=AT)
    return pk


def test_a_name_among_words_refuses_the_table_and_stands_in_no_answer():
    with pytest.raises(errors.RuleBroken) as why:
        uploaded("Ngày,Ghi chú\n1,vắng\n2,Bà Nguyễn Thị Hoa đến khám\n".encode())

    (told,) = why.value.facts["problems"]
    assert (told["code"], told["column"], told["lines"]) == ("personal_name", "Ghi chú", [3])
    assert "Hoa" not in str(why.value.facts) + str(ledger.latest_events(5))


def test_what_may_be_a_name_waits_for_a_reviewers_word():
    pk = doubtful()

    with pytest.raises(errors.RuleBroken) as why:
        services.accept(pk, no_person=" ", by=people.officer(), at=AT)

    assert why.value.code == "open_data.doubts_unsettled"
    assert why.value.facts["columns"] == ["nguoi_giu_chia_khoa"]
    assert (state(pk), models.Release.objects.count()) == ("submitted", 0)
    assert "open_data.contribution.cleared" not in said()


def test_why_a_reviewer_let_it_pass_stands_in_the_ledger_without_the_name():
    pk = doubtful()

    services.accept(pk, no_person="Cán bộ trực, đã công khai.", by=people.officer(), at=AT)

    (told,) = ledger.events(names=("open_data.contribution.cleared",), limit=5)
    assert told.facts == {
        "contribution": pk,
        "doubts": [{"column": "nguoi_giu_chia_khoa", "code": "maybe_name", "count": 1}],
        "reason": "Cán bộ trực, đã công khai.",
    }
    assert state(pk) == "accepted"


def test_a_reviewer_sees_the_place_and_a_masked_form():
    (told,) = selectors.to_review(doubtful(), by=people.officer())["doubts"]

    assert (told["column"], told["where"]) == ("Người giữ chìa khóa", "dòng 2")
    assert told["examples"] == ["N• M• Đ•"]


def test_a_table_without_doubts_asks_for_no_reason():
    pk = sent()

    services.accept(pk, by=people.officer(), at=AT)

    assert "open_data.contribution.cleared" not in said()


def test_a_column_without_meaning_is_not_sent():
    pk = uploaded()

    with pytest.raises(errors.RuleBroken) as why:
        services.submit(pk, meanings={"phuong": "Nơi đặt"}, by=people.contributor(), at=AT)

    assert why.value.facts["columns"] == ["ten_nha_thuoc", "mo_cua_ban_dem"]
    assert state(pk) == "draft"


def test_a_form_without_its_words_names_what_is_missing():
    with pytest.raises(errors.Incorrect) as why:
        uploaded(title=" ", licence="mine", shown_as="organisation")

    assert why.value.facts["fields"] == ["title", "licence", "organisation"]


def test_drafts_do_not_pile_up_without_end():
    for _n in range(20):
        uploaded()

    with pytest.raises(errors.RuleBroken) as why:
        uploaded()

    assert why.value.code == "open_data.too_many_open"


def test_what_is_withdrawn_is_not_decided_any_more():
    pk = sent()
    services.withdraw(pk, by=people.contributor(), at=AT)

    for act in (
        lambda: services.accept(pk, by=people.officer(), at=AT),
        lambda: services.withdraw(pk, by=people.contributor(), at=AT),
        lambda: uploaded(into=pk),
    ):
        with pytest.raises(errors.Conflict):
            act()
    assert state(pk) == "withdrawn"


def test_a_confirmed_observation_stands_on_the_page_of_its_data_set():
    services.release("danh-muc-chi-so", by=people.officer(), at=AT)
    pk = observed(shown_as="name")

    assert selectors.dataset_page("danh-muc-chi-so")["observations"] == []
    services.accept(pk, by=people.officer(), at=AT)

    (seen,) = selectors.dataset_page("danh-muc-chi-so")["observations"]
    assert (seen["row"], seen["proposed"], seen["by"]) == ("QĐ 3532", "Phòng khác", "nguoi-gui")
    assert models.Release.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"row_words": ""}, "row_words"), ({"words": " "}, "words"), ({"column": "x"}, "column")],
)
def test_an_observation_without_its_words_names_what_is_missing(changes, field):
    with pytest.raises(errors.Incorrect) as why:
        observed(**changes)

    assert why.value.facts["fields"] == [field]


def test_an_observation_of_a_set_that_is_not_there_is_not_found():
    with pytest.raises(errors.NotFound):
        services.report("khong-co", row_words="a", column="", proposed="", words="b", shown_as="name", organisation="", evidence=None, by=people.contributor(), at=AT)  # fmt: skip
