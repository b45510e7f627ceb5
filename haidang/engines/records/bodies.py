"""The text of a resource as it is kept and as it is served.

Kept without `meta.versionId` and `meta.lastUpdated`, which are columns, and with resourceType,
id and meta in front, so that serving a resource splices them in without reading the JSON.
"""

import re

from haidang.kernel import dates, fhirjson

_FIRST = ("resourceType", "id", "meta")
_HEAD = re.compile(rb'\{"resourceType":"\w+","id":"[\w.\-]+"')
_OURS = ("versionId", "lastUpdated")


def canonical(resource, id):
    """The bytes to keep for a resource that has this id."""
    ordered = {"resourceType": resource["resourceType"], "id": id}
    meta = _meta(resource.get("meta"))
    if meta:
        ordered["meta"] = meta
    for key, value in resource.items():
        if key not in _FIRST:
            ordered[key] = value
    return fhirjson.dumps(ordered)


def _meta(meta):
    if not meta or (_OURS[0] not in meta and _OURS[1] not in meta):
        return meta
    return {key: value for key, value in meta.items() if key not in _OURS}


def served(body, version, at):
    """The bytes to serve: the kept ones with version and moment in `meta`."""
    head = _HEAD.match(body).end()
    ours = b'"versionId":"%d","lastUpdated":"%s"' % (version, stamp(at).encode())
    if body.startswith(b',"meta":{', head):
        rest = body[head + 9 :]
        comma = b"" if rest.startswith(b"}") else b","
        return body[:head] + b',"meta":{' + ours + comma + rest
    return body[:head] + b',"meta":{' + ours + b"}" + body[head:]


def stamp(at):
    """A moment as an instant of Hanoi time, to the microsecond the database keeps."""
    return at.astimezone(dates.HANOI).isoformat(timespec="microseconds")


def same(kept, fresh):
    """True when two bodies say the same: key order aside, digit for digit."""
    if kept == fresh:
        return True
    return len(kept) == len(fresh) and _sorted(kept) == _sorted(fresh)


def _sorted(body):
    return fhirjson.dumps(_in_order(fhirjson.loads(body)))


def _in_order(value):
    if isinstance(value, dict):
        return {key: _in_order(value[key]) for key in sorted(value)}
    return [_in_order(each) for each in value] if isinstance(value, list) else value
