"""A dossier to try things with, written by the simulated hospital system (hồ sơ mẫu)."""

from datetime import date
from functools import cache

from django.http import HttpResponse

from haidang.engines.access import api as access
from haidang.kernel.described import TEXT, Answer, Deed, described
from haidang.portals.gateway.developers import sandbox

_XML = "application/xml"
_MARK = b"<!-- Synthetic: this person and this visit do not exist. -->\n"
_SEED = 1
#: Numbers in the simulator's ranges for synthetic persons, beside those of the demo city's people.
_PERSON = {
    "name": "Nguyễn Văn Mẫu", "sex": "1", "born": date(1970, 1, 1), "citizen_id": "031070999999",
    "card": "DN4319998000001", "address": "Số 1 đường Mẫu, Phường Hải An, Thành phố Hải Phòng",
    "commune": "11413", "phone": "0900099999", "conditions": ("hypertension",), "key": "sandbox/sample",
}  # fmt: skip


@described(
    Deed(
        operation="getSampleDossier",
        summary="A dossier to send",
        text="Only in a house of synthetic people. One visit at the facility that sandbox tokens speak for;"
        " always the same file, so that who sends it again gets the same receipt.",
        tag="sandbox",
        answers={200: Answer("A dossier as POST /gateway/claims takes it", TEXT, _XML)},
        codes=("gateway.no_sandbox",),
    )
)
@access.screen("public", portal="gateway")
def get_dossier(request):
    """The sample dossier as a file."""
    sender = sandbox.facility()
    return HttpResponse(
        _written(sender.code, sender.name),
        content_type=_XML,
        headers={"Content-Disposition": 'attachment; filename="dossier.xml"'},
    )


@cache
def _written(code, name):
    # Only houses of synthetic people need the simulator.
    from simulators import his

    where = his.Facility(code, name)
    person = his.Person(registered=code, **_PERSON)
    (file,) = his.files(his.generate(_SEED, 1, people=[person], facility=where))
    declaration, line, rest = file.content.partition(b"\n")
    return declaration + line + _MARK + rest
