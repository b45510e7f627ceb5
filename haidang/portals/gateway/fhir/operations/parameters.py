"""The parameters of an operation, from a query or a Parameters resource, and its answer.

Source: FHIR R4, operations.html#request. GET carries simple values in the query; POST carries a
Parameters resource, or, where an operation has one resource as its only input, that resource.
"""

import re
from decimal import Decimal

from django.utils.translation import gettext as _

from haidang.kernel import dates, errors
from haidang.portals.gateway.fhir import negotiation

_DIGITS = re.compile("[0-9]+")


class Given:
    """What a caller gave: each name with its values in their order."""

    def __init__(self, pairs):
        self._pairs = list(pairs)

    def pairs(self):
        """Every (name, value) in its order."""
        return list(self._pairs)

    def written(self, known):
        """The simple values of these names as a query writes them, (name, text) in their order."""
        plain = (str, int, Decimal)
        found = [(n, v) for n, v in self._pairs if n in known and isinstance(v, plain)]
        return [(n, str(v).lower() if isinstance(v, bool) else str(v)) for n, v in found]

    def all(self, name):
        return [value for known, value in self._pairs if known == name]

    def one(self, name, otherwise=None):
        """The one value of a name.

        Raises    Incorrect `fhir.parameter_repeated`
        """
        found = self.all(name)
        if len(found) > 1:
            raise errors.Incorrect(
                "fhir.parameter_repeated",
                _("Tham số %(name)s chỉ được nêu một lần.") % {"name": name},
                name=name,
            )
        return found[0] if found else otherwise

    def needed(self, name):
        """The one value of a name that has to be there.

        Raises    Incorrect `fhir.parameter_missing`
        """
        found = self.one(name)
        if found in (None, ""):
            raise missing(name)
        return found

    def texts(self, name):
        """Every value of a name, each a text.

        Raises    Incorrect `fhir.parameter_unreadable`
        """
        found = [one for one in self.all(name) if one is not None]
        if not all(isinstance(one, str) and "\x00" not in one for one in found):
            raise unreadable(name, _("văn bản"))
        return found

    def text(self, name, otherwise=""):
        """The one value of a name, a text.

        Raises    Incorrect `fhir.parameter_repeated`, `fhir.parameter_unreadable`
        """
        self.one(name)
        return next(iter(self.texts(name)), otherwise)

    def needed_text(self, name):
        """A text that has to be there.

        Raises    Incorrect `fhir.parameter_missing` besides
        """
        self.needed(name)
        return self.text(name)

    def listed(self, name):
        """What texts list between commas, in their order."""
        return [part for text in self.texts(name) for part in text.split(",") if part]

    def refuse_unknown(self, request, known):
        """Pass when every name is known, or the client did not ask for strict handling.

        Raises    Incorrect `fhir.parameter_unknown`
        """
        unknown = sorted({name for name, _value in self._pairs} - known)
        if unknown and negotiation.preferences(request).strict:
            raise negotiation.unknown(unknown[0])

    def moment(self, name):
        """A date or moment as it is written, or None; an unencoded plus of its zone arrives as a space.

        Raises    Incorrect `dates.unreadable` (facts: name)
        """
        found = self.text(name).replace(" ", "+")
        try:
            return found if found and dates.parse_fhir(found) else None
        except errors.Incorrect as why:
            raise errors.Incorrect(why.code, why.message, name=name) from why

    def flag(self, name, otherwise=False):
        """A boolean, which a query writes as text.

        Raises    Incorrect `fhir.parameter_unreadable`
        """
        found = self.one(name, otherwise)
        if isinstance(found, bool):
            return found
        if found not in ("true", "false"):
            raise unreadable(name, _("true hoặc false"))
        return found == "true"

    def number(self, name, otherwise=None):
        """A whole number, not negative.

        Raises    Incorrect `fhir.parameter_unreadable`
        """
        found = self.one(name)
        if found is None:
            return otherwise
        if isinstance(found, bool) or not _DIGITS.fullmatch(str(found)) or len(str(found)) > 9:
            raise unreadable(name, _("số nguyên không âm"))
        return int(found)


def given(request, *, resource_as=None):
    """The parameters of a request.

    resource_as    the name under which a resource that is not Parameters counts as given

    Raises    as `negotiation.body`; Incorrect `fhir.not_parameters`
    """
    pairs = negotiation.query(request)
    if request.method == "POST" and negotiation.has_body(request):
        body = negotiation.body(request)
        negotiation.refuse_nul(body)
        pairs = pairs + _of_body(body, resource_as)
    return Given(pairs)


def of_resource(resource):
    """The parameters that a Parameters resource carries.

    Raises    Incorrect `fhir.not_parameters`
    """
    return Given(_of_body(resource, None))


def _of_body(resource, resource_as):
    if resource["resourceType"] == "Parameters":
        return [_pair(one) for one in _listed(resource.get("parameter", []))]
    if resource_as is None:
        raise _not_parameters()
    return [(resource_as, resource)]


def _listed(found):
    if not isinstance(found, list):
        raise _not_parameters()
    return found


def _pair(parameter):
    """Name and value of one entry: `value[x]`, a resource, or its parts as a dictionary."""
    if not isinstance(parameter, dict) or not isinstance(parameter.get("name"), str):
        raise _not_parameters()
    if "part" in parameter:
        return parameter["name"], Given(_pair(one) for one in _listed(parameter["part"]))
    values = [v for k, v in parameter.items() if k == "resource" or k.startswith("value")]
    return parameter["name"], values[0] if values else None


def answer(*parameters):
    """A Parameters resource; each of `parameters` is an entry, and None is left out."""
    kept = [one for one in parameters if one is not None]
    return {"resourceType": "Parameters", **({"parameter": kept} if kept else {})}


def token(identifier):
    """An Identifier as a search looks for it, to the letter; without a system, one that has none.

    Raises    Incorrect `fhir.parameter_unreadable`
    """
    system, value = identifier.get("system", ""), identifier.get("value")
    if not isinstance(system, str) or not isinstance(value, str) or not value:
        raise unreadable("identifier", _("Identifier có value"))
    escaped = [re.sub(r"([\\,|$])", r"\\\1", text) for text in (system, value)]
    return "|".join(escaped)


def missing(name):
    return errors.Incorrect(
        "fhir.parameter_missing", _("Thiếu tham số %(name)s.") % {"name": name}, name=name
    )


def unreadable(name, wanted):
    return errors.Incorrect(
        "fhir.parameter_unreadable",
        _("%(name)s phải là %(wanted)s.") % {"name": name, "wanted": wanted},
        name=name,
    )


def _not_parameters():
    return errors.Incorrect(
        "fhir.not_parameters", _("Nội dung gửi lên phải là một tài nguyên Parameters.")
    )
