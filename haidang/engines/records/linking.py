"""How the resources of one bundle point at each other, and at what a search finds.

Source    FHIR R4, http.html#trules and bundle.html#references
"""

import functools
import re

from django.utils.translation import gettext as _

from haidang.engines.records import bundled, kinds, r4
from haidang.engines.records.search import running
from haidang.kernel import errors

_LINK = re.compile(r"""\b((?:href|src)\s*=\s*)(["'])(.*?)\2""")
_ADDRESSES = {"uri", "url", "oid", "uuid"}
_TEXTS = {"string", "markdown", "code", "id", "canonical"}
# Published as text or as more than an address in some places; an address of ours is a link here.
_LINKS = {"reference", "url", "uri", "system"}


def rewritten(resource, addresses, *, versions, full_url):
    """Rewrite a resource; return what names its target by a search (`Type?query`).

    addresses   {address in the bundle: Type/id}
    versions    {Type/id: version} of those whose version is known beforehand
    full_url    the resource's own: `Patient/1` in what stands at `https://a/Observation/2` means
                `https://a/Patient/1`

    As R4 has it these are references, addresses (uri, url, oid, uuid) and links of the narrative;
    text that reads like one, an identifier's value, stays as it is. Each reference by search is
    returned as the dictionary that holds it. The resource is changed in place.
    """
    asking = []
    _rewrite(resource, _Addresses(addresses, versions, full_url), asking)
    return asking


class _Addresses:
    """What each address of the bundle has become, as seen from one of its resources."""

    def __init__(self, known, versions, full_url):
        self.known, self.versions, self.root = known, versions, _root(full_url)

    def of(self, address):
        """The new address; the old one for what is not in the bundle."""
        if address in self.known:
            return self.known[address]
        plain, mark, version = address.partition("/_history/")
        found = self.known.get(plain) or self.known.get(f"{self.root}{plain}")
        if found is None:
            return address
        return f"{found}{mark}{self.versions.get(found, version)}" if mark else found


def _root(full_url):
    """The service base in `base/Type/id`; nothing for other addresses."""
    parts = full_url.rsplit("/", 2) if full_url else ()
    return f"{parts[0]}/" if len(parts) == 3 and parts[1] in kinds.CODES else ""


def _rewrite(holder, addresses, asking, name=None):
    """Put references in the place of addresses, wherever they stand below a holder.

    name    of the element that a list stands in
    """
    for key, value in holder.items() if type(holder) is dict else enumerate(holder):
        kind = type(value)
        if kind is dict or kind is list:
            _rewrite(value, addresses, asking, name if type(key) is int else key)
        elif kind is str:
            if key == "reference":
                if "?" in value and value not in addresses.known:
                    asking.append(holder)
                else:
                    holder[key] = addresses.of(value)
            elif value in addresses.known:
                if (name if type(key) is int else key) in _addressed():
                    holder[key] = addresses.known[value]
            elif key == "div" and addresses.known:
                holder[key] = _LINK.sub(functools.partial(_linked, addresses.known), value)


def _linked(known, link):
    start, mark, address = link.groups()
    return f"{start}{mark}{known.get(address, address)}{mark}"


@functools.cache
def _addressed():
    """Names of elements that hold an address; those that may hold text as well are left alone."""
    types = {}
    for kind in r4.catalogue().kinds:
        for name, (_element, code) in r4.elements(kind).items():
            types.setdefault(name, set()).add(code)
    alone = {name for name, held in types.items() if held & _ADDRESSES and not held & _TEXTS}
    return alone | _LINKS


def sought(asking):
    """The types that references by search look among."""
    found = {each["reference"].partition("?")[0] for each in asking}
    return found & kinds.CODES.keys()


def resolve(asking):
    """Give references by search their target: each search is made once."""
    found = {}
    for holder in sorted(asking, key=lambda each: each["reference"]):
        text = holder["reference"]
        if text.partition("?")[0] in kinds.CODES:
            if text not in found:
                found[text] = _target(*text.split("?", 1))
            holder["reference"] = found[text]


def _target(type, query):
    matches = running.search(type, [*bundled.pairs(query), ("_count", "2")], strict=True).matches
    if len(matches) != 1:
        raise errors.PreconditionFailed(
            "records.reference_unresolved",
            _("Tham chiếu theo điều kiện phải khớp đúng một bản ghi."),
            type=type,
            matches=len(matches),
        )
    return matches[0].ref
