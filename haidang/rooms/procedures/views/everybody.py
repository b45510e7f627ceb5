"""What everybody may do: check that a result is ours."""

from datetime import timedelta

from django.shortcuts import render

from haidang.engines.access import api as access
from haidang.kernel import errors
from haidang.rooms.procedures import selectors

_LARGEST = 20 * 1024 * 1024


@access.screen("public", portal="public", methods=("GET", "POST"))
def check_result(request):
    """Check a result by its number or code, and a copy of it by its bytes."""
    access.spend(
        "procedures.check", request.META.get("REMOTE_ADDR", ""), limit=60, per=timedelta(minutes=1)
    )
    code = (request.POST.get("so") or request.GET.get("so") or "")[:60]
    content = None
    if file := request.FILES.get("copy"):
        if file.size > _LARGEST:
            raise errors.TooLarge("procedures.copy_too_large", "Tệp lớn hơn 20 MB.")
        content = file.read()
    found = selectors.checked(code, content) if code else None
    return render(request, "procedures/check.html", {"code": code, "found": found})
