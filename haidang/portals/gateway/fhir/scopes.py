"""What a client's SMART scopes let it do with a resource type.

Source: SMART App Launch 2.2.0, "Scopes for requesting FHIR resources". A scope may narrow a type
by a search (`patient/Observation.rs?category=laboratory`); that is held by the lens which
`doors.opened` puts before the records, and here only type and letter are judged.
"""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from haidang.engines.access import api as access
from haidang.engines.records import api as records
from haidang.kernel import actor as actors
from haidang.kernel import errors, smart

_ACTS = {
    "c": gettext_noop("tạo"),
    "r": gettext_noop("đọc"),
    "u": gettext_noop("sửa"),
    "d": gettext_noop("xoá"),
    "s": gettext_noop("tìm"),
}


def allows(by, kind, letter):
    """True when one of the actor's scopes covers a type (`*` for any) and a letter of `cruds`."""
    if by.kind == actors.SYSTEM_KIND:
        return True
    return any(
        scope.covers(kind, letter)
        for scope in map(smart.parse, by.permissions)
        if scope is not None
    )


def require(by, kind, letter):
    """Pass when the scopes cover it.

    Raises    NotAllowed `fhir.scope_missing` (facts: scope)
    """
    if not allows(by, kind, letter):
        context = smart.SYSTEM if by.client is None else smart.PATIENT if by.focus else smart.USER
        raise errors.NotAllowed(
            "fhir.scope_missing",
            _("Hệ thống này chưa được phép %(act)s %(kind)s; hãy xin thêm phạm vi kết nối.")
            % {"act": _(_ACTS[letter]), "kind": kind},
            scope=f"{context}/{kind}.{letter}",
        )


def lens(by, letters="r"):
    """What an actor sees of the records in its reach, as `access.reach` takes it.

    letters    what is about to be done, see `doors.opened`

    It holds types, searches in scopes, the person of an app (`by.people`) and the confidentiality
    (`by.ceiling`). Empty for the product itself and for a client of everything.
    """
    if by.kind == actors.SYSTEM_KIND:
        return ""
    return records.lens.of(by.permissions, letters, people=by.people, ceiling=by.ceiling)


def show(by, stored, letters="r"):
    """True when one of the letters lets an actor see this version of a record in its reach."""
    return any(
        allows(by, stored.type, letter) and records.lens.admits(lens(by, letter), stored)
        for letter in letters
    )


def hold(by, written):
    """True when what was written, and what it replaced, lies within the scopes for writing."""
    lenses = {letter: lens(by, letter) for letter in "cud"}
    if not any(lenses.values()):
        return True
    before = _before([(w.ref, w.version - 1) for w in written if w.version > 1])
    return all(_holds(lenses, each, before) for each in written)


def _before(versions):
    """These versions as the house reads them: a lens hides what was deleted a moment ago."""
    if not versions:
        return {}
    with access.reach(actors.SYSTEM, people="all", asker=""):
        return records.vread_many(versions)


def _holds(lenses, stored, before):
    if stored.version == 1:  # an update may create (SMART, "Scopes for requesting FHIR resources")
        return any(records.lens.admits(lenses[letter], stored) for letter in "cu")
    replaced = before.get((stored.ref, stored.version - 1))
    letter = "d" if stored.deleted else "u"
    return all(
        each is not None and records.lens.admits(lenses[letter], each)
        for each in (replaced, stored)
    )
