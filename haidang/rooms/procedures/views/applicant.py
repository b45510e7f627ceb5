"""Screens of an applicant: begin, fill in, pay, follow, supplement, withdraw, rate."""

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.kernel import errors
from haidang.rooms.procedures import selectors, services
from haidang.rooms.procedures.views import files, filling

_BOTH = ("GET", "POST")
_screen = "procedures.apply"


@access.screen(_screen, portal="citizen", methods=("POST",))
def begin(request, key):
    """Begin a dossier, for oneself or for somebody one may act for."""
    by, whom, behalf = request.actor, request.POST.get("whom", ""), None
    if whom and whom != by.ref:
        behalf = selectors.standing(by, whom, key, on=timezone.localdate())
    known = selectors.known_of(by, behalf)
    pk = services.begin(key, by=by, known=known, at=timezone.now(), behalf=behalf)
    return redirect("procedures:fill_in", pk)


@access.screen(_screen, portal="citizen", methods=_BOTH)
def fill_in(request, dossier_id):
    """The form: saved with each button, sent with the last."""
    if request.method != "POST":
        return _form(request, dossier_id)
    posted = dict(request.POST.lists())
    revision = filling.revision_of(request)
    try:
        saved = services.save_answers(dossier_id, posted, by=request.actor, revision=revision)
        wrong = _attached(request, dossier_id, saved.revision)
        if wrong:
            return _form(request, dossier_id, problems=wrong, status=422)
        if "send" in request.POST:
            services.submit(dossier_id, by=request.actor, at=timezone.now())
            return redirect("procedures:see_dossier", dossier_id)
    except errors.RuleBroken as why:
        if why.code == "forms.incomplete":
            return _form(request, dossier_id, problems=filling.problems(why), status=422)
        if why.code == "procedures.out_of_date":
            services.bring_up_to_date(dossier_id, by=request.actor, at=timezone.now())
        return _form(request, dossier_id, refusal=why.message, status=422)
    except (errors.Incorrect, errors.Conflict) as why:
        return _form(request, dossier_id, refusal=why.message, status=why.status)
    more = request.POST.getlist("more")
    looking = {name: request.POST.get(f"{name}.find", "") for name in request.POST.getlist("find")}
    if more or looking:
        return _form(request, dossier_id, adding=more, looking=looking)
    messages.success(request, _("Đã lưu. Bạn có thể điền tiếp lúc khác, trên máy khác."))
    return redirect("procedures:fill_in", dossier_id)


def _attached(request, dossier_id, revision):
    """Keep the files that were sent; what is wrong with one is told beside its question."""

    def attach(link_id, file, revision):
        given = (dossier_id, link_id, file.name, file.chunks())
        return services.attach(*given, by=request.actor, revision=revision).revision

    return filling.attached(request, attach, revision)


def _form(request, dossier_id, *, problems=(), refusal="", status=200, **shown):
    facts = selectors.answering(dossier_id, by=request.actor, problems=problems, **shown)
    if facts["row"].state != "draft":
        return redirect("procedures:see_dossier", dossier_id)
    told = filling.summary(problems, facts["form"])
    facts |= {"errors": told, "refusal": refusal, "layout": "ui/citizen.html"}
    return render(request, "procedures/fill_in.html", facts, status=status)


@access.screen(_screen, portal="citizen")
def see_dossier(request, dossier_id):
    """Where a dossier is, at every hour."""
    facts = selectors.dossier(dossier_id, by=request.actor, at=timezone.now())
    if facts["row"].state == "draft":
        return redirect("procedures:fill_in", dossier_id)
    facts["simulated"] = settings.HAIDANG_SYNTHETIC
    return render(request, "procedures/dossier.html", facts)


@access.screen(_screen, portal="citizen")
def payment_code(request, dossier_id):
    """The QR code that pays what is left, as a picture."""
    return filling.payment_code(selectors.mine(dossier_id, by=request.actor).order)


@access.screen(_screen, portal="citizen", methods=("POST",))
def pay_in_simulator(request, dossier_id):
    """In a house without real people: the simulated bank tells of the payment, signed as banks do."""
    filling.pay_in_simulator(selectors.mine(dossier_id, by=request.actor))
    messages.success(request, _("Ngân hàng mô phỏng đã báo có."))
    return redirect("procedures:see_dossier", dossier_id)


@access.screen(_screen, portal="citizen", methods=("POST",))
def supply(request, dossier_id):
    """Give what was asked for."""
    given = [(file.name, file.chunks()) for file in request.FILES.getlist("files")]
    words = request.POST.get("words", "")[:2000]
    done = _("Đã gửi bổ sung. Thời hạn được tính lại từ đầu.")
    return _act(request, dossier_id, done, services.supply, given, words=words, at=timezone.now())


@access.screen(_screen, portal="citizen", methods=("POST",))
def withdraw(request, dossier_id):
    """Take a dossier back."""
    reason = request.POST.get("reason", "")[:500] or _("Người nộp rút hồ sơ")
    done = _("Đã rút hồ sơ. Lệ phí đã nộp sẽ được trả lại.")
    return _act(request, dossier_id, done, services.withdraw, reason=reason, at=timezone.now())


@access.screen(_screen, portal="citizen", methods=("POST",))
def choose_return(request, dossier_id):
    """Say how the result should come."""
    way, address = request.POST.get("way", ""), request.POST.get("address", "")[:300]
    done = _("Đã ghi cách nhận kết quả.")
    return _act(request, dossier_id, done, services.choose_return, way=way, address=address)


@access.screen(_screen, portal="citizen", methods=("POST",))
def rate(request, dossier_id):
    """Say how it went."""
    rating, words = request.POST.get("rating", ""), request.POST.get("words", "")
    done = _("Cảm ơn bạn đã đánh giá.")
    return _act(request, dossier_id, done, services.rate, rating=rating, words=words)


def _act(request, dossier_id, done, service, *given, **more):
    """Ask a service of the room, and go back to the dossier with what it said."""
    try:
        service(dossier_id, *given, by=request.actor, **more)
        messages.success(request, done)
    except errors.HaidangError as why:
        if why.status == 404:
            raise
        messages.error(request, why.message)
    return redirect("procedures:see_dossier", dossier_id)


@access.screen(_screen, portal="citizen")
def own_file(request, dossier_id, sha256):
    """A file of one's own dossier, or its result."""
    return files.answer(*selectors.own_file(dossier_id, sha256, by=request.actor))


@access.screen(_screen, portal="citizen")
def own_slip(request, dossier_id, slip_id):
    """A slip of one's own dossier."""
    row = selectors.mine(dossier_id, by=request.actor)
    return files.made(*selectors.slip_file(row, slip_id))
