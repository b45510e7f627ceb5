"""Search criteria looked at in memory, of one version: tokens, references and uris (điều kiện)."""

import functools
import time
from dataclasses import dataclass

from django.db import connection
from django.utils.translation import gettext as _

from haidang.engines.records import kinds, reading
from haidang.engines.records.index import extractor
from haidang.engines.records.search import conditions
from haidang.engines.records.search import query as queries
from haidang.kernel import errors, fhirjson

_KINDS = {"token", "uri", "reference"}
_KEPT_S = 300


@dataclass(frozen=True)
class Criteria:
    """Sets of numbers: of each one must stand in a version, or with `absent` none."""

    parts: tuple[conditions.Numbers, ...]

    def hold(self, numbers):
        return all(part.any_of.isdisjoint(numbers) == part.absent for part in self.parts)

    @property
    def anchor(self):
        """Numbers of which a version that satisfies the criteria has one, the fewest there are."""
        present = [part.any_of for part in self.parts if not part.absent]
        return min(present, key=len, default=None)


def compiled(type, query):
    """A query as `Criteria`, kept for minutes: value sets and references may change.

    Raises    Incorrect `records.criteria_unfit` for a parameter that cannot be looked at in memory
    """
    name = connection.settings_dict["NAME"]
    return _compiled(name, type, tuple(query), int(time.monotonic() / _KEPT_S))


@functools.lru_cache(20_000)
def _compiled(_database, type, query, _period):
    return Criteria(tuple(_numbers(type, name, value) for name, value in query))


def _numbers(type, name, value):
    found = queries.condition_of(type, name, value) if type in kinds.CODES else None
    fit = (
        isinstance(found, queries.Condition) and found.parameter.kind in _KINDS and not found.chain
    )
    made = conditions.compiled(found, "k") if fit and found.parameter.code != "_id" else None
    if not isinstance(made, conditions.Numbers):
        raise errors.Incorrect(
            "records.criteria_unfit",
            _("Điều kiện này không dùng được cho đăng ký; chỉ nhận mã và tham chiếu."),
            name=name[:64],
        )
    return made


def numbers_of(versions):
    """{(ref, version): numbers} of some versions, deletions left out, with one look for all references."""
    found = {
        (v.ref, v.version): extractor.extract(fhirjson.loads(v.body))
        for v in versions
        if not v.deleted
    }
    named = {"/".join(t): t for each in found.values() for _number, t in each.references}
    rids = {named[ref]: rid for ref, rid in reading.rids(named).items()} if named else {}
    known = {target: rids.get(target, 0) for target in named.values()}
    return {key: each.numbers(known) for key, each in found.items()}
