"""Screens of the one-stop desk: paper dossiers at the counter and by post, slips, the book."""

from datetime import date

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.kernel import dates, errors
from haidang.rooms.procedures import domain, forms, selectors, services
from haidang.rooms.procedures.views import department, files, filling, paging

_BOTH = ("GET", "POST")
_screen = "procedures.receive_paper"


@department.screen(_screen)
def counter(request):
    """How many dossiers came by which channel, who stands at the counter, what one took in."""
    query, facts = request.GET.get("q", "").strip()[:100], {}
    if query:
        try:
            facts = {"people": selectors.find_people(query, by=request.actor)}
        except errors.Incorrect as why:
            facts = {"problem": why.message}
    page = selectors.counter(by=request.actor, at=timezone.now())
    return render(request, "procedures/counter.html", page | facts | {"query": query})


@department.screen(_screen, methods=_BOTH)
def receive_paper(request):
    """Take in a paper dossier of somebody who was found, or who is typed in."""
    person = selectors.person_at_desk(request.GET.get("nguoi", ""), by=request.actor)
    shape = forms.Receive if person else forms.ReceiveStranger
    first = {"phone": person.phone, "address": person.address} if person else {}
    choices = selectors.procedure_choices(at=timezone.now())
    form = shape(request.POST or None, initial=first, procedures=choices)
    if form.is_valid():
        try:
            pk = _take_in(form.cleaned_data, person, by=request.actor)
            return redirect("procedures:fill_in_paper", pk)
        except errors.HaidangError as why:
            form.add_error(None, why.message)
    facts = {"form": form, "person": person, "errors": filling.told(form)}
    status = 422 if form.is_bound else 200
    return render(request, "procedures/receive.html", facts, status=status)


def _take_in(told, person, *, by):
    at = timezone.now()
    organisation = None
    if told["organisation"]:
        organisation = (told["organisation"], domain.tax_code(told["tax_code"]))
    names = ("phone", "address", "return_way", "return_address")
    who = (person.ref, person.name) if person else _stranger(told, by)
    known = selectors.known_at_desk(who[0], organisation, on=timezone.localdate())
    return services.receive_paper(
        told["procedure"],
        channel=told["channel"],
        person=who,
        contact={name: told[name] for name in names},
        known=known | ({"person.citizen_id": told["citizen_id"]} if not person else {}),
        organisation=organisation,
        post=told["tracking"],
        by=by,
        at=at,
    )


def _stranger(told, by):
    names = ("name", "birth_date", "sex", "citizen_id", "phone", "address")
    ref = services.find_or_make_person(**{name: told[name] for name in names}, by=by)
    return ref, told["name"]


@department.screen(_screen, methods=_BOTH)
def fill_in_paper(request, dossier_id):
    """The form of a paper dossier, typed by the clerk; scans are attached."""
    if request.method != "POST":
        return _form(request, dossier_id)
    revision = filling.revision_of(request)
    posted = dict(request.POST.lists())
    try:
        saved = services.keep_paper_answers(dossier_id, posted, by=request.actor, revision=revision)
        wrong = _scanned(request, dossier_id, saved.revision)
        if wrong:
            return _form(request, dossier_id, problems=wrong, status=422)
        if "send" in request.POST:
            services.send_paper(dossier_id, by=request.actor, at=timezone.now())
            return redirect("procedures:paper_dossier", dossier_id)
    except errors.RuleBroken as why:
        if why.code == "procedures.out_of_date":
            services.bring_paper_up_to_date(dossier_id, by=request.actor, at=timezone.now())
        if why.code != "forms.incomplete":
            return _form(request, dossier_id, refusal=why.message, status=422)
        return _form(request, dossier_id, problems=filling.problems(why), status=422)
    except (errors.Incorrect, errors.Conflict) as why:
        return _form(request, dossier_id, refusal=why.message, status=why.status)
    if more := request.POST.getlist("more"):
        return _form(request, dossier_id, adding=more)
    messages.success(request, _("Đã lưu."))
    return redirect("procedures:fill_in_paper", dossier_id)


def _scanned(request, dossier_id, revision):
    def attach(link_id, file, revision):
        given = (dossier_id, link_id, file.name, file.chunks())
        return services.attach_scan(*given, by=request.actor, revision=revision).revision

    return filling.attached(request, attach, revision)


def _form(request, dossier_id, *, problems=(), adding=(), refusal="", status=200):
    facts = selectors.answering_paper(
        dossier_id, by=request.actor, problems=problems, adding=adding
    )
    if facts["row"].state != "draft":
        return redirect("procedures:paper_dossier", dossier_id)
    told = filling.summary(problems, facts["form"])
    facts |= {"errors": told, "refusal": refusal, "layout": "ui/office.html"}
    return render(request, "procedures/fill_in.html", facts, status=status)


@department.screen(_screen)
def paper_dossier(request, dossier_id):
    """A paper dossier after it was sent: its fee, its slips to print, the way to its case."""
    facts = selectors.paper_dossier(dossier_id, by=request.actor)
    if facts["row"].state == "draft":
        return redirect("procedures:fill_in_paper", dossier_id)
    facts["simulated"] = settings.HAIDANG_SYNTHETIC
    return render(request, "procedures/paper_dossier.html", facts)


@department.screen(_screen)
def paper_payment_code(request, dossier_id):
    """The QR code that pays the fee of a paper dossier, to be shown or printed."""
    return filling.payment_code(selectors.of_clerk(dossier_id, by=request.actor).order)


@department.screen(_screen, methods=("POST",))
def pay_paper_in_simulator(request, dossier_id):
    """In a house without real people: the simulated bank tells of the payment at the desk."""
    filling.pay_in_simulator(selectors.of_clerk(dossier_id, by=request.actor))
    messages.success(request, _("Ngân hàng mô phỏng đã báo có."))
    return redirect("procedures:paper_dossier", dossier_id)


@department.screen(_screen)
def paper_slip(request, dossier_id, slip_id):
    """A slip of a paper dossier, to be printed."""
    row = selectors.of_clerk(dossier_id, by=request.actor)
    return files.made(*selectors.slip_file(row, slip_id))


@department.screen("procedures.process")
def see_book(request):
    """The book that follows dossiers, month by month; as slip 06 with `?in=1`."""
    month = _month(request.GET.get("thang", ""))
    if request.GET.get("in") == "1":
        return files.made(*selectors.book_paper(month=month, at=timezone.now()))
    after = paging.after(request.GET.get("sau", ""))
    after = (after[0], int(after[1])) if after and after[0] and after[1].isdecimal() else None
    lines, more = selectors.book(month=month, after=after)
    page = {"next_url": paging.url(more, thang=f"{month:%Y-%m}"), "previous_url": ""}
    channels = selectors.channels_of_month(month)
    facts = {"lines": lines, "month": month, "page": page, "channels": channels}
    return render(request, "procedures/book.html", facts)


def _month(text):
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return timezone.now().astimezone(dates.HANOI).date().replace(day=1)
