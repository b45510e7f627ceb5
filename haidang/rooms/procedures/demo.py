"""This room's life in the demo city, made through its services: dossiers at every stage."""

import functools
from datetime import date, timedelta

import typst

from haidang.engines.forms import api as forms
from haidang.engines.payments import api as payments
from haidang.engines.workflow import api as workflow
from haidang.kernel import actor
from haidang.rooms.procedures import domain, models, services
from haidang.rooms.procedures.services import complaints, quality
from simulators import bank

#: What happens to each demo dossier after it is paid: steps of (element, role, outcome).
_ACCEPT = [("receive", "officer", "accept")]
_TO_SIGN = [*_ACCEPT, ("verify", "officer", "accept"), ("check", "unit_head", "accept")]
_DONE = [*_TO_SIGN, ("sign", "director", "accept"), ("deliver", "officer", "")]
_PAST = "giay-phep-hanh-nghe-cap-lai"
_LIVES = (
    ("giay-phep-hanh-nghe-cap-moi", _DONE),
    ("giay-phep-hanh-nghe-cap-lai", _TO_SIGN),
    ("chung-chi-duoc-cap-lai", _ACCEPT),
    ("cong-bo-hop-quy-thuc-pham", []),
    ("hoi-thao-gioi-thieu-thuoc", [*_ACCEPT, ("verify", "officer", "supplement")]),
)
FILLED = {
    "school": "Trường cao đẳng mô phỏng",
    "graduated": "2015-06-20",
    "months": "12",
    "number": "000001/HP-GPHN",
    "why": "Bị mất",
    "product": "Bánh đa cua mô phỏng",
    "topic": "Dùng kháng sinh an toàn",
    "org_name": "Cơ sở mô phỏng",
    "tax_code": "0200000001",
    "org_address": "Số 3 đường Mô Phỏng",
    "head": "Người phụ trách mô phỏng",
    "phone": "0900000001",
    "address": "Số 3 đường Mô Phỏng",
    "citizen_id": "031190000016",
    "born": "1990-05-20",
    "name": "Người nộp mô phỏng",
    "email": "nguoi.nop@example.vn",
}


def open_office():
    """The catalogue, and an account that receives fees with the secret of the simulated bank."""
    services.load_files(by=actor.SYSTEM)
    payments.save_receiver(
        domain.RECEIVER,
        org=domain.DEPARTMENT,
        provider="sepay",
        bank="970436",
        account="1234567890",
        name="SO Y TE MO PHONG",
        prefix="HPSYT",
        by=actor.SYSTEM,
    )


def live(applicant, staff, *, now):
    """Let an applicant's dossiers come to different stages.

    staff    an Actor for each role: officer, unit_head, director
    """
    for number, (key, steps) in enumerate(_LIVES):
        if models.Dossier.objects.filter(applicant=applicant.ref, version__key=key).exists():
            continue
        at = now - timedelta(days=9 - number)
        pk = services.begin(key, by=applicant, known={}, at=at)
        _fill(pk, by=applicant)
        services.submit(pk, by=applicant, at=at)
        row = models.Dossier.objects.get(pk=pk)
        if row.order:
            _pay(row, at=at)
        for hours, step in enumerate(steps, start=1):
            _step(row, step, staff, at=at + timedelta(hours=hours))


def live_before(applicant, staff, *, now):
    """Let a few dossiers of the months before be done, and people say what they think of it."""
    if models.Feedback.objects.exists():
        return
    for months in (3, 2, 1):
        at = now - timedelta(days=30 * months)
        pk = services.begin(_PAST, by=applicant, known={}, at=at)
        _fill(pk, by=applicant)
        services.submit(pk, by=applicant, at=at)
        row = models.Dossier.objects.get(pk=pk)
        _pay(row, at=at)
        for days, step in enumerate(_DONE, start=1):
            _step(row, step, staff, at=at + timedelta(days=days * (3 if months == 2 else 1)))
    services.rate(pk, by=applicant, rating="very_satisfied")
    done = models.Dossier.objects.filter(applicant=applicant.ref, state="returned", rating="")
    words = "Chờ lâu ở bước thẩm định mà không ai báo (mô phỏng)"
    services.rate(done.latest("pk").pk, by=applicant, rating="not_satisfied", words=words)
    open_one = models.Dossier.objects.filter(applicant=applicant.ref, state="submitted").first()
    if open_one is not None:
        complaints.give_feedback(
            open_one.pk,
            by=applicant,
            kind="proposal",
            words="Nên nhắc giấy tờ còn thiếu qua tin nhắn (mô phỏng)",
            at=now - timedelta(days=2),
        )
    quality.keep_scores(now)


def live_at_the_counter(staff, *, now):
    """Let paper dossiers come in at the counter and by post, one of them late."""
    clerk = staff["officer"]
    if models.Dossier.objects.filter(clerk=clerk.ref).exists():
        return
    for number, (channel, days) in enumerate((("counter", 2), ("post", 1), ("counter", 30))):
        at = now - timedelta(days=days)
        pk = _taken_in(number, channel, by=clerk, at=at)
        services.keep_paper_answers(pk, _STAFF_LIST, by=clerk, revision=0)
        services.send_paper(pk, by=clerk, at=at)
    services.apologise_for_late(at=now)


def _taken_in(number, channel, *, by, at):
    """A paper dossier of an organisation, brought by somebody from a card."""
    name = f"Vũ Thị Giấy {number + 1}"
    ref = services.find_or_make_person(
        name=name,
        birth_date=date(1955, 3, number + 1),
        sex="female",
        citizen_id="",
        phone=f"090000002{number}",
        address="Số 5 đường Mô Phỏng",
        by=by,
    )
    posted = {"return_way": "post", "return_address": "Số 5 đường Mô Phỏng"}
    contact = {"phone": f"090000002{number}", "address": "Số 5 đường Mô Phỏng"}
    return services.receive_paper(
        "dang-ky-hanh-nghe",
        channel=channel,
        person=(ref, name),
        contact=contact | (posted if channel == "post" else {"return_way": "counter"}),
        known={},
        organisation=("Phòng khám mô phỏng số 5", "0200000005"),
        post=f"RR00000000{number}VN",
        by=by,
        at=at,
    )


_STAFF_LIST = {
    "organisation.org_name": ["Phòng khám mô phỏng số 5"],
    "organisation.tax_code": ["0200000005"],
    "organisation.org_address": ["Số 5 đường Mô Phỏng"],
    "organisation.head": ["Người phụ trách mô phỏng"],
    "people.0.practitioner": ["Người hành nghề mô phỏng"],
    "people.0.licence": ["000001/HP-GPHN"],
    "people.0.position": ["Điều dưỡng"],
    "people.0.hours": ["Thứ Hai đến thứ Sáu"],
    "truthful": ["true"],
}


def act_for_others(applicant, *, now):
    """Let the applicant ask to represent an organisation; the desk has not looked at it yet."""
    if models.Authorisation.objects.filter(agent=applicant.ref).exists():
        return
    services.represent(
        tax_code="0200000001",
        organisation="Cơ sở mô phỏng",
        until=now.date() + timedelta(days=300),
        evidence=("dang-ky-kinh-doanh.pdf", [_paper()]),
        by=applicant,
        at=now,
    )


def _pay(row, *, at):
    """The simulated bank tells of the transfer, and the dossier goes on its way."""
    order = payments.order(row.order)
    raw, headers = bank.notice_of(order, secret=payments.secret_of(order.receiver))
    payments.receive(order.receiver, raw, headers=headers, query={})
    services.paid(row.order, at=at)
    row.refresh_from_db()


def _fill(pk, *, by):
    row = models.Dossier.objects.get(pk=pk)
    found = forms.response(row.response, by=by)
    posted = {}
    for item in found.form.everything():
        if item.type == "choice":
            posted[item.link_id] = [item.options[0].code]
        elif item.type == "boolean":
            posted[item.link_id] = ["true"]
        elif item.type == "date":
            posted[item.link_id] = [FILLED.get(item.link_id, "2026-12-20")]
        else:
            posted[item.link_id] = [FILLED.get(item.link_id, "1")]
    for group in found.form.items:
        for item in group.items:
            posted[f"{group.link_id}.{item.link_id}"] = posted.pop(item.link_id)
    revision = services.save_answers(pk, posted, by=by, revision=found.revision).revision
    for item in found.form.everything():
        if item.type == "attachment" and item.required:
            saved = services.attach(
                pk, item.link_id, "giay-to.pdf", [_paper()], by=by, revision=revision
            )
            revision = saved.revision


def _step(row, step, staff, *, at):
    element, role, outcome = step
    task = next(
        t for t in workflow.tasks_of(row.case) if t.element == element and t.state == "open"
    )
    more = (
        {"items": ["Danh sách báo cáo viên"], "reason": "Hồ sơ thiếu"}
        if outcome == "supplement"
        else {}
    )
    services.decide(task.id, by=staff[role], at=at, outcome=outcome, **more)


@functools.cache
def _paper():
    """A page that says that it is a sample."""
    text = "#set page(width: 120mm, height: 80mm)\nGiấy tờ mô phỏng, không có giá trị sử dụng."
    return typst.compile(text.encode(), format="pdf", timestamp=0)
