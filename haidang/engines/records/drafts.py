"""A resource on its way into the tables: everything that needs no database done beforehand."""

from django.utils.translation import gettext as _

from haidang.engines.records import bodies, compartments, keys, kinds
from haidang.engines.records.index import extractor, own, strays
from haidang.kernel import errors, ids

#: As the expected version: whichever there is now, but one there must be (`If-Match: *`).
ANY = "*"


class Draft:
    """One resource to be written, and what is learnt about it on the way."""

    __slots__ = (
        "type", "code", "id", "key", "body", "found", "fresh", "expected",
        "name", "subject", "sources", "rid", "seq", "patient", "before", "outcome",
    )  # fmt: skip

    def __init__(self, resource, expected=None, *, fresh=False):
        """`fresh` says that the id was made just now, so that nobody can know it yet."""
        self.type = _type(resource)
        self.code = kinds.code(self.type)
        self.fresh = fresh or not resource.get("id")
        self.id = resource.get("id") or ids.new_id()
        if not ids.is_fhir_id(self.id):
            raise errors.Incorrect(
                "records.id_unfit",
                _("Mã tài nguyên chỉ gồm chữ, số, dấu gạch ngang và dấu chấm, tối đa 64 ký tự."),
                type=self.type,
            )
        if self.type == "SearchParameter":
            own.check(resource)
        self.key = keys.pack(self.id)
        self.body = bodies.canonical(resource, self.id)
        self.found = extractor.extract(resource)
        self.found.references += strays.references(self.body, self.found)
        self.name = self.type, self.id
        self.subject = self._subject()
        self.sources = () if self.subject else compartments.sources(resource, self.found)
        self.expected = expected
        self.rid = self.seq = self.patient = self.before = self.outcome = None

    def _subject(self):
        """(type, id) of the Patient this resource names, itself for a Patient, or None."""
        if self.type == "Patient":
            return self.name
        return compartments.patient(self.type, self.found)


class Removal:
    """One resource to be deleted; `lenient` when it is no fault that there is none."""

    __slots__ = (
        "type", "code", "id", "key", "expected", "lenient", "rid", "seq", "before", "outcome",
    )  # fmt: skip
    fresh = False

    def __init__(self, ref, expected=None, *, lenient=False):
        self.type, self.id = kinds.split(ref)
        self.code = kinds.code(self.type)
        self.key = keys.pack(self.id)
        self.expected, self.lenient = expected, lenient
        self.rid = self.seq = self.before = self.outcome = None

    @property
    def name(self):
        return self.type, self.id


def _type(resource):
    if not isinstance(resource, dict):
        raise errors.Incorrect(
            "records.not_a_resource", _("Tài nguyên phải là một đối tượng JSON.")
        )
    return resource.get("resourceType")


def nothing_to_match():
    """The refusal of a write that expects a version where none is."""
    return errors.PreconditionFailed(
        "records.nothing_to_match", _("Chưa có bản ghi nào ở đây mà If-Match đòi có.")
    )


def check_distinct(entries):
    """Refuse a set that names one resource twice: the last one would win in silence."""
    names = {entry.name for entry in entries}
    if len(names) != len(entries):
        raise errors.Incorrect(
            "records.twice_in_one_set",
            _("Một tài nguyên xuất hiện hai lần trong cùng một lần ghi; hãy gộp lại rồi gửi."),
        )
