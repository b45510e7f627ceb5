"""Code lists at the FHIR door: what is said of them, and their place among the resources.

Loaded lists are kept among the records too, so that they are searched and read like everything else.
"""

import hashlib

from django.db import connection

from haidang.engines.access import api as access
from haidang.engines.records import api as records
from haidang.engines.terminology import api as terminology
from haidang.kernel import actor as actors
from haidang.kernel import systems
from haidang.portals.gateway.fhir import capability

#: What `$expand` takes.
EXPANSION = (
    "activeOnly", "check-system-version", "count", "date", "designation", "displayLanguage",
    "exclude-system", "excludeNested", "excludeNotForUI", "filter", "force-system-version",
    "includeDefinition", "includeDesignations", "offset", "system-version", "url", "valueSet",
    "valueSetVersion",
)  # fmt: skip
_AT_ONCE = 200
_OWN_ID = "haidang"
_PUBLISHED = {"system": systems.codes("published"), "code": "terminology"}
_published = {}  # for each database: the stamp of what was published last


def capabilities(base):
    """The TerminologyCapabilities, made from what is loaded (terminology-service.html)."""
    loaded = [_system(url, versions) for url, versions in terminology.versions()]
    return {
        "resourceType": "TerminologyCapabilities",
        "url": f"{systems.BASE}/TerminologyCapabilities/haidang",
        "name": "HaiDangTerminology",
        "title": "Danh mục dùng chung",
        "status": "active",
        "date": capability.PUBLISHED_ON,
        "kind": "instance",
        "software": {"name": "Hải Đăng"},
        "implementation": {"description": "Danh mục dùng chung của thành phố", "url": base},
        "lockedDate": True,
        **({"codeSystem": loaded} if loaded else {}),
        "expansion": {
            "hierarchical": True,
            "paging": True,
            "incomplete": False,
            "parameter": [{"name": name} for name in EXPANSION],
            "textFilter": "Mọi từ đều phải có trong mã hoặc tên, không kể dấu và thứ tự.",
        },
        "codeSearch": "all",
        "validateCode": {"translations": True},
        "translation": {"needsMap": True},
    }


def _system(url, versions):
    listed = [
        {"code": version, "isDefault": number == 0} | ({"language": languages} if languages else {})
        for number, (version, _complete, languages) in enumerate(versions)
        if version
    ]
    return {"uri": url, "subsumption": True} | ({"version": listed} if listed else {})


def publish():
    """Keep the loaded lists among the records when anything was loaded; the worker calls it.

    What is no longer loaded is deleted; its history stays. The TerminologyCapabilities among the
    records says which state was published last.
    """
    stamp = hashlib.sha256(terminology.stamp().encode()).hexdigest()[:16]
    name = connection.settings_dict["NAME"]
    if _published.get(name) != stamp:
        with access.reach(actors.SYSTEM, people="all"):
            _publish(stamp)
        _published[name] = stamp
    return 0


def _publish(stamp):
    last = records.current(f"TerminologyCapabilities/{_OWN_ID}")
    if last and not last.deleted and last.resource.get("version") == stamp:
        return
    gone = _published_before()
    for some in _batches(map(_marked, terminology.resources())):
        gone -= {f"{each['resourceType']}/{each['id']}" for each in some}
        records.save_all(some, by=actors.SYSTEM)
    own = {**capabilities(f"{systems.BASE}"), "id": _OWN_ID, "version": stamp}
    records.save_all([own], by=actors.SYSTEM, deletes=sorted(gone))


def _marked(resource):
    return resource | {"meta": {"tag": [_PUBLISHED]}}


def _published_before():
    found, cursor = set(), None
    tag = f"{_PUBLISHED['system']}|{_PUBLISHED['code']}"
    for kind in ("CodeSystem", "ValueSet", "ConceptMap"):
        while True:
            page = records.search(kind, [("_tag", tag), ("_count", "1000")], cursor=cursor)
            found |= {each.ref for each in page.matches}
            cursor = page.next_cursor
            if cursor is None:
                break
    return found


def _batches(resources):
    some = []
    for each in resources:
        some.append(each)
        if len(some) == _AT_ONCE:
            yield some
            some = []
    if some:
        yield some
