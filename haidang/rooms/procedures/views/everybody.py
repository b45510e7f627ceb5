"""What everybody may do: check that a result is ours, and that a copy is as it was signed."""

from datetime import timedelta

from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.kernel import errors
from haidang.rooms.procedures import selectors

_LARGEST = 20 * 1024 * 1024
_MINUTE = timedelta(minutes=1)


@access.screen("public", portal="public", methods=("GET", "POST"))
def check_result(request):
    """Check a result by its number or code, and a copy of it by its bytes and its signatures."""
    whence = request.META.get("REMOTE_ADDR", "")
    access.spend("procedures.check", whence, limit=60, per=_MINUTE)
    code = (request.POST.get("so") or request.GET.get("so") or "")[:60]
    content = None
    if file := request.FILES.get("copy"):
        if file.size > _LARGEST:
            raise errors.TooLarge("procedures.copy_too_large", _("Tệp lớn hơn 20 MB."))
        # Reading signatures costs more than looking up a number.
        access.spend("procedures.check_copy", whence, limit=15, per=_MINUTE)
        content = file.read()
    shown = {
        "code": code,
        "found": selectors.checked(code, content) if code or content else None,
        "report": selectors.report_of(content) if content else None,
    }
    return render(request, "procedures/check.html", shown)


@access.screen("public", portal="public")
def follow(request):
    """Where a dossier is, by the code on one of its slips; the slip itself is checked by it."""
    whence = request.META.get("REMOTE_ADDR", "")
    access.spend("procedures.follow", whence, limit=60, per=_MINUTE)
    code = request.GET.get("ma", "").strip()[:20]
    found = selectors.followed(code, at=timezone.now()) if code else None
    return render(request, "procedures/follow.html", {"code": code, "found": found})
