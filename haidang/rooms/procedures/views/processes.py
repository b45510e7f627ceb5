"""Screens where a process is changed, tried on last year's dossiers, published, and moved to."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.engines.workflow import api as workflow
from haidang.kernel import errors
from haidang.rooms.procedures.selectors import processes
from haidang.rooms.procedures.services import processes as desk
from haidang.rooms.procedures.views import department, filling
from haidang.rooms.procedures.views import editor_shapes as shapes

_BOTH = ("GET", "POST")
_LARGEST = 1_000_001
_screen = "procedures.edit_catalogue"


@department.screen(_screen)
def see_processes(request):
    """Every process, what follows it, what still runs on older versions."""
    return render(request, "procedures/process/list.html", {"lines": processes.listed()})


@department.screen(_screen, methods=_BOTH)
def edit_model(request, key):
    """One process: its steps, its drawing, and what is being changed."""
    if request.method == "POST":
        acts = {"steps": _steps, "file": _file, "publish": _publish, "discard": _discard}
        act = acts.get(request.POST.get("act", ""))
        if act is not None:
            _try(request, act, key)
        return redirect("procedures:edit_model", key)
    facts = processes.page(key) | {
        "roles": processes.roles(),
        "units": shapes.UNITS,
        "simulations": processes.simulations(key),
    }
    return render(request, "procedures/process/edit.html", facts)


def _try(request, act, key):
    """Do what a button says, and tell in words what came of it."""
    try:
        messages.success(request, act(request, key))
    except errors.NotFound:
        raise
    except errors.HaidangError as why:
        messages.error(request, " ".join(processes.issues(why)))


def _steps(request, key):
    steps = {}
    for node in processes.draft(key).process.tasks:
        amount = request.POST.get(f"{node.id}.amount", "").strip()[:5]
        unit = request.POST.get(f"{node.id}.unit", "")
        steps[node.id] = {
            "name": request.POST.get(f"{node.id}.name", "").strip()[:200],
            "term": f"{amount} {unit}" if amount else "",
        }
        if node.role != workflow.APPLICANT:  # nobody else can answer for the applicant
            steps[node.id]["role"] = request.POST.get(f"{node.id}.role", node.role)
    revision = filling.revision_of(request)
    desk.save_steps(key, steps, by=request.actor, revision=revision)
    return _("Đã lưu. Hồ sơ chưa đi theo bản này cho tới khi ban hành.")


def _file(request, key):
    file = request.FILES.get("bpmn")
    bpmn = file.read(_LARGEST) if file else b""
    desk.save_model(key, bpmn, by=request.actor, revision=filling.revision_of(request))
    return _("Đã nhận tệp. Hồ sơ chưa đi theo bản này cho tới khi ban hành.")


def _publish(request, key):
    revision = filling.revision_of(request)
    model = desk.publish_model(key, by=request.actor, revision=revision)
    return _("Đã ban hành phiên bản {number}. Hồ sơ mới đi theo bản này.").format(
        number=model.number
    )


def _discard(request, key):
    desk.discard_model(key, by=request.actor)
    return _("Đã bỏ bản đang sửa.")


@department.screen(_screen)
def model_file(request, key):
    """The process as a BPMN file, for a drawing program."""
    answer = HttpResponse(processes.draft(key).bpmn, content_type="application/xml")
    answer["Content-Disposition"] = f'attachment; filename="{key}.bpmn"'
    return answer


@department.screen(_screen, methods=("POST",))
def simulate_model(request, key):
    """Play last year's dossiers on what stands on the desk."""
    procedure = request.POST.get("procedure", "")[:60]
    return _simulated(
        request,
        lambda: desk.simulate_model(key, procedure=procedure, by=request.actor, at=timezone.now()),
        ("procedures:edit_model", key),
    )


@department.screen(_screen, methods=("POST",))
def simulate_process(request, key):
    """Play last year's dossiers of a procedure on another process that it could follow."""
    process = request.POST.get("process", "")[:60]
    return _simulated(
        request,
        lambda: desk.simulate_choice(key, process, by=request.actor, at=timezone.now()),
        ("procedures:edit_process", key),
    )


def _simulated(request, play, back):
    try:
        return redirect("procedures:see_simulation", play())
    except errors.NotFound:
        raise
    except errors.HaidangError as why:
        messages.error(request, " ".join(processes.issues(why)))
        return redirect(*back)


@department.screen(_screen)
def see_simulation(request, simulation_id):
    """How long, how late and how much work before and after."""
    return render(
        request, "procedures/process/simulation.html", processes.simulation(simulation_id)
    )


@department.screen("procedures.move_cases", methods=_BOTH)
def move_cases(request, key):
    """Where running dossiers would stand on the newest version; then move those that can."""
    if request.method == "POST":
        done = desk.move_cases(key, by=request.actor, at=timezone.now())
        told = _("Đã chuyển {moved} hồ sơ; {stayed} ở lại; còn {left} sẽ chuyển ở lần sau.")
        messages.success(request, told.format(moved=done.moved, stayed=done.stayed, left=done.left))
        return redirect("procedures:move_cases", key)
    return render(request, "procedures/process/moving.html", processes.moving(key))
