"""Search by walking every resource: slow, plain, and made of other parts than the engine.

Values are found by fhirpathpy from the published expressions, and compared here by the R4 text.
"""

import functools
import math
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import fhirpathpy
from fhirpathpy.models import models

from haidang.engines.records.tests.writing import angle, apart, arrow, composed, plain
from haidang.engines.terminology import api as terminology
from haidang.kernel import dates, text
from haidang.kernel.systems import BASE

_R4 = models["r4"]
_RESOLVED = re.compile(r"\.where\(resolve\(\) is (\w+)\)")
_QUIET = {"traceFn": lambda *a: None}
_OF_THE_ROW = ("_id", "_lastUpdated", "_list")
_MICROSECOND = timedelta(microseconds=1)
_FAR = datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC)


@functools.cache
def definitions():
    found = {}
    for definition in terminology.definitions("search-parameters"):
        for base in definition["base"]:
            found[base, definition["code"]] = definition
    return found


@functools.cache
def by_url(url):
    return next(d for d in definitions().values() if d["url"] == url)


def definition(type, code):
    for base in (type, "DomainResource", "Resource"):
        if (base, code) in definitions():
            return definitions()[base, code]
    return None


@functools.cache
def _compiled(expression):
    return fhirpathpy.compile(expression, model=_R4, options=_QUIET)


_found = {}  # evaluating is slow, and a data set is walked hundreds of times


def values(resource, code):
    """Every value that a parameter finds in a resource."""
    known = _found.setdefault(id(resource), (resource, {}))[1]
    if code not in known:
        expression = definition(resource["resourceType"], code).get("expression", "")
        known[code] = evaluate(resource, expression)
    return known[code]


def evaluate(resource, expression):
    type, found = resource["resourceType"], []
    for part in expression.split("|"):
        part = part.strip()
        root = re.match(r"\(*(\w+)", part)[1]
        if root[0].isupper() and root not in (type, "Resource", "DomainResource"):
            continue
        narrowed = _RESOLVED.search(part)
        part = _RESOLVED.sub("", part)
        results = _compiled(part)(resource)
        if narrowed:
            only = narrowed[1] + "/"
            results = [r for r in results if target(r.get("reference", "")).startswith(only)]
        found += results
    return found


def target(reference):
    """`Type/id` of a reference to a resource here, in full, of one version, or as it is."""
    return "/".join(reference.removeprefix(f"{BASE}/").split("/")[:2])


class Oracle:
    """All resources of a data set, by reference.

    sets      {value set: its (system, code) pairs}, for `:in` and `:not-in`
    parents   {(system, code): the pair above it}, for `:above` and `:below`
    written   {reference: the moment of its writing}, for `_lastUpdated`
    """

    def __init__(self, resources):
        self.all = {f"{r['resourceType']}/{r['id']}": r for r in resources}
        self.sets, self.parents, self.written = {}, {}, {}

    def search(self, type, pairs):
        """The ids of the resources of a type for which every pair holds."""
        return {
            resource["id"]
            for resource in self.all.values()
            if resource["resourceType"] == type
            and all(self.holds(resource, name, value) for name, value in pairs)
        }

    def holds(self, resource, name, value):
        if name.startswith("_has:"):
            return self._pointed_at(resource, name, value)
        head, dot, chain = name.partition(".")
        code, _, modifier = head.partition(":")
        if dot:
            return self._chain(resource, code, modifier, chain, value)
        wanted = apart(value, ",")
        if code in _OF_THE_ROW:
            if modifier == "missing":
                return value == "false"
            return any(getattr(self, f"_of_row{code}")(resource, each) for each in wanted)
        kind = definition(resource["resourceType"], code)["type"]
        if kind == "composite" and modifier != "missing":
            return any(self._pair(resource, code, each) for each in wanted)
        found = values(resource, code)
        if modifier == "missing":
            there = self._pairs_of(resource, code) if kind == "composite" else found
            return (not there) == (value == "true")
        if modifier == "identifier":  # whose type cannot be resolved is of any
            found = self._of_any_type(resource, code)
        test = getattr(self, f"_{kind}")
        result = any(test(each, one, modifier) for each in found for one in wanted)
        return not result if modifier in ("not", "not-in") else result

    def _of_any_type(self, resource, code):
        return evaluate(
            resource, _RESOLVED.sub("", definition(resource["resourceType"], code)["expression"])
        )

    def _of_row_id(self, resource, wanted):
        return resource["id"] == plain(wanted)

    def _of_row_lastUpdated(self, resource, wanted):  # noqa: N802
        at = self.written[f"{resource['resourceType']}/{resource['id']}"]
        return self._date((at, at + _MICROSECOND), wanted, "")

    def _of_row_list(self, resource, wanted):
        """R4, "_list": what a List holds now, whatever way it names it."""
        entries = self.all.get(f"List/{plain(wanted).removeprefix('List/')}", {}).get("entry", ())
        named = {target(e["item"]["reference"]) for e in entries if not e.get("deleted")}
        return f"{resource['resourceType']}/{resource['id']}" in named

    def _chain(self, resource, code, modifier, chain, value):
        for found in values(resource, code):
            end = self.all.get(target(found.get("reference", "")))
            if end is None or (modifier and end["resourceType"] != modifier):
                continue
            rest = chain.split(".")[0].split(":")[0]
            known = chain.startswith(("_has:", *_OF_THE_ROW))
            if (known or definition(end["resourceType"], rest)) and self.holds(end, chain, value):
                return True
        return False

    def _pointed_at(self, resource, name, value):
        _, type, code, inner = name.split(":", 3)
        ref = f"{resource['resourceType']}/{resource['id']}"
        return any(
            any(target(found.get("reference", "")) == ref for found in values(other, code))
            and self.holds(other, inner, value)
            for other in self.all.values()
            if other["resourceType"] == type
        )

    def _pair(self, resource, code, value):
        """All parts hold of one and the same element."""
        wanted = apart(value, "$")
        return any(
            all(
                any(getattr(self, f"_{kind}")(each, one, "") for each in found)
                for kind, found, one in zip(kinds, parts, wanted, strict=True)
            )
            for kinds, parts in self._pairs_of(resource, code)
        )

    def _pairs_of(self, resource, code):
        """(kinds, the values of each part) of each element that has all of them."""
        whole = definition(resource["resourceType"], code)
        parts = _mended(whole)
        kinds = [by_url(part["definition"])["type"] for part in parts]
        found = []
        for context in evaluate(resource, whole["expression"]):
            held = [
                [
                    v
                    for key in part["expression"].split("|")
                    for v in _in_context(context, key.strip(), resource)
                ]
                for part in parts
            ]
            found += [(kinds, held)] if all(held) else []
        return found

    # ── One value against one wish ─────────────────────────────────────────────────────────

    def _token(self, found, wanted, modifier):
        if modifier == "text":
            return any(word_start(each, plain(wanted)) for each in _displays(found))
        if modifier == "of-type":
            return _of_type(found, wanted)
        if modifier in ("in", "not-in", "above", "below"):
            return any(pair in self._pairs(wanted, modifier) for pair in _tokens(found))
        *system, code = map(plain, apart(wanted, "|"))
        bar, system = bool(system), "".join(system)
        for has_system, has_code in _tokens(found):
            if bar and not code:
                hit = has_system == system
            elif bar and has_system is not ...:
                hit = (has_system or "") == system and _same(has_code, code)
            else:
                hit = _same(has_code, code)
            if hit:
                return True
        return False

    def _pairs(self, wanted, modifier):
        """The codings that a value set holds, or that stand above or below one in its tree."""
        if modifier in ("in", "not-in"):
            return self.sets[plain(wanted)]
        pair = tuple(map(plain, apart(wanted, "|")))
        if modifier == "above":
            return {pair, *self._up(pair)}
        return {pair, *(one for one in self.parents if pair in self._up(one))}

    def _up(self, pair):
        while pair in self.parents:
            pair = self.parents[pair]
            yield pair

    def _string(self, found, wanted, modifier):
        parts, wanted = _strings(found), plain(wanted)
        if modifier == "exact":
            return composed(wanted) in map(composed, parts)
        folded = text.fold(wanted)
        if modifier == "contains":
            return any(folded in text.fold(part) for part in parts)
        if isinstance(found, dict):
            return any(word_start(part, wanted) for part in parts)
        return any(text.fold(part).startswith(folded) for part in parts)

    def _uri(self, found, wanted, modifier):
        wanted = plain(wanted)
        if modifier == "below":
            return found == wanted or found.startswith(wanted.rstrip("/") + "/")
        if modifier == "above":
            return wanted == found or wanted.startswith(found + "/")
        return found == wanted

    def _reference(self, found, wanted, modifier):
        if modifier == "identifier":
            return "identifier" in found and self._token(found["identifier"], wanted, "")
        wanted = plain(wanted)
        if isinstance(found, str):
            return wanted in (found, found.split("|")[0])
        ref, wanted = target(found.get("reference", "")), target(wanted)
        if modifier:
            return ref == f"{modifier}/{wanted.split('/')[-1]}"
        return ref == wanted or ref.split("/")[-1] == wanted

    def _special(self, found, wanted, modifier):
        """`near`: kilometres along the surface of the earth, from the angle between two arrows."""
        latitude, longitude, *far = map(plain, apart(wanted, "|"))
        if not {"latitude", "longitude"} <= set(found):
            return False
        here = arrow(float(found["latitude"]), float(found["longitude"]))
        far_off = math.atan2(*angle(here, arrow(float(latitude), float(longitude))))
        km = float(far[0]) * {"km": 1.0, "m": 0.001, "": 1.0}[far[1] if far[1:] else ""]
        return far_off * 6371.0 <= km

    def _date(self, found, wanted, modifier):
        prefix, rest = _prefix(plain(wanted))
        a, b = dates.parse_fhir(rest)
        if prefix == "ap":
            margin = abs(datetime.now(UTC) - a) / 10
            a, b = a - margin, b + margin
        span = _span(found)
        if span is None:
            return False
        lo, hi = span
        inside = a <= lo and hi <= b
        return {
            "eq": inside, "ne": not inside, "gt": hi > b, "lt": lo < a,
            "ge": hi > b or inside, "le": lo < a or inside, "sa": lo >= b, "eb": hi <= a,
            "ap": lo < b and hi > a,
        }[prefix]  # fmt: skip

    def _number(self, found, wanted, modifier):
        if isinstance(found, dict):
            return self._quantity(found, wanted, modifier)
        return _compare(Decimal(str(found)), Decimal(str(found)), plain(wanted))

    def _quantity(self, found, wanted, modifier):
        number, *unit = map(plain, apart(wanted, "|"))
        low, high, said = _amount(found)
        if unit and any(unit):
            system, code = unit
            if system and (said.get("system"), said.get("code")) != (system, code):
                return False
            if not system and code not in (said.get("code"), said.get("unit")):
                return False
        return low is not None and _compare(low, high, number)


def _amount(found):
    """(low, high, what has its unit) of a Quantity, a Money, a Range or a SampledData."""
    if "value" in found:
        value, money = Decimal(str(found["value"])), "currency" in found
        said = {"system": "urn:iso:std:iso:4217", "code": found["currency"]} if money else found
        return value, value, said
    if "origin" in found:
        ends = [found.get(key, found["origin"]["value"]) for key in ("lowerLimit", "upperLimit")]
        return *(Decimal(str(end)) for end in ends), found["origin"]
    low, high = found.get("low", {}), found.get("high", {})
    if not ("value" in low or "value" in high):
        return None, None, found
    ends = low.get("value", "-Infinity"), high.get("value", "Infinity")
    return *(Decimal(str(end)) for end in ends), low or high


def word_start(has, wanted):
    folded, whole = text.fold(wanted), text.fold(has)
    return whole.startswith(folded) or f" {folded}" in whole


def _mended(whole):
    """The components; R4 has the expressions of `relationship` the wrong way round, R5 the right one."""
    if whole["code"] != "relationship":
        return whole["component"]
    one, two = whole["component"]
    return one | {"expression": two["expression"]}, two | {"expression": one["expression"]}


def _in_context(context, key, resource):
    if key.startswith("%resource."):
        return evaluate(resource, key.replace("%resource", resource["resourceType"]))
    name = re.match(r"(\w+)", key)[1]
    kind = re.search(r"ofType\((\w+)\)", key)
    if kind:
        name += kind[1][0].upper() + kind[1][1:]
    found = context.get(name, [])
    return found if isinstance(found, list) else [found]


def _same(one, other):
    return one is not None and one.lower() == other.lower()


def _tokens(found):
    """(system, code) pairs; a system of `...` is implied and equals any."""
    if isinstance(found, bool):
        return [(..., "true" if found else "false")]
    if isinstance(found, str):
        return [(..., found)]
    if "coding" in found or set(found) <= {"text", "coding"}:
        return [(c.get("system"), c.get("code")) for c in found.get("coding", ())]
    if found.get("system") in ("phone", "email", "fax", "sms", "url", "pager", "other"):
        return [(..., found.get("value"))]
    return [(found.get("system"), found.get("value", found.get("code")))]


def _displays(found):
    if isinstance(found, dict):
        yield from (c["display"] for c in found.get("coding", ()) if "display" in c)
        yield from (found[key] for key in ("text", "display") if key in found)
        if "text" in found.get("type", {}):
            yield found["type"]["text"]


def _of_type(found, wanted):
    system, code, value = map(plain, apart(wanted, "|"))
    return _same(found.get("value"), value) and any(
        c.get("system", "") == system and _same(c.get("code"), code)
        for c in found.get("type", {}).get("coding", ())
    )


def _strings(found):
    if isinstance(found, str):
        return [found]
    keys = ("text", "family", "city", "district", "state", "postalCode", "country")
    parts = [found[key] for key in keys if key in found]
    for key in ("given", "prefix", "suffix", "line"):
        parts += found.get(key, ())
    if "text" not in found:
        whole = [found["family"]] if "family" in found else []
        parts.append(" ".join([*whole, *found.get("given", ())]))
    return [part for part in parts if part]


def _span(found):
    if isinstance(found, tuple):
        return found
    if isinstance(found, dict) and ("event" in found or "repeat" in found):
        spans = [_span(each) for each in found.get("event", ())]
        if not spans:
            return _span(found.get("repeat", {}).get("boundsPeriod"))
        return min(low for low, _ in spans), max(high for _, high in spans)
    if isinstance(found, str):
        return dates.parse_fhir(found)
    if isinstance(found, dict) and ("start" in found or "end" in found):
        lo = dates.parse_fhir(found["start"])[0] if "start" in found else _FAR[1]
        hi = dates.parse_fhir(found["end"])[1] if "end" in found else _FAR[0]
        return lo, hi
    return None


def _prefix(wanted):
    known = ("eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap")
    return (wanted[:2], wanted[2:]) if wanted[:2] in known else ("eq", wanted)


def _compare(lo, hi, wanted):
    prefix, rest = _prefix(wanted)
    exact = Decimal(rest)
    margin = Decimal(5).scaleb(exact.as_tuple().exponent - 1)
    if prefix == "ap":
        margin = abs(exact) / 10
    low, high = exact - margin, exact + margin
    inside = low <= lo and hi < high
    return {
        "eq": inside, "ne": not inside, "gt": hi > exact, "lt": lo < exact, "ge": hi >= exact,
        "le": lo <= exact, "sa": lo > exact, "eb": hi < exact, "ap": hi >= low and lo <= high,
    }[prefix]  # fmt: skip
