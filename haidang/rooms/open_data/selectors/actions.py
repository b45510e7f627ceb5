"""What CKAN's actions answer: names, parameters and results as its clients expect them."""

import re

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from haidang.kernel import errors, text
from haidang.rooms.open_data.domain import datasets
from haidang.rooms.open_data.selectors import catalogue, ckan, tables

_MOST = 1000
_LONGEST = 1000
_TERM = re.compile(r'\+?([a-z_.]+):(?:"([^"]*)"|\[([^\]]*)\]|\(([^)]*)\)|(\S+))')
_SORTS = {"metadata_modified", "metadata_created", "name", "title_string", "score"}


class Missing(errors.Incorrect):
    """A parameter that is needed or cannot be read; `facts` {name: [sentence]}."""

    status = 409


def answer(name, given, base):
    """The result of an action.

    given    parameters as a dictionary of plain values

    Raises    NotFound; Missing; LookupError for an action that there is not
    """
    return ACTIONS[name](ckan.Catalogue(base), given)


def _number(given, name, default):
    try:
        value = int(given.get(name) if given.get(name) not in (None, "") else default)
    except (TypeError, ValueError, OverflowError) as why:
        raise Missing("open_data.parameter", _("Tham số phải là số."), **{name: ["Invalid integer"]}) from why  # fmt: skip
    if value < 0:
        raise Missing("open_data.parameter", _("Tham số phải là số."), **{name: ["Must be a natural number"]})  # fmt: skip
    return min(value, _MOST) if default != 0 else value


def _needed(given, name):
    value = given.get(name)
    if not isinstance(value, str) or not value:
        raise Missing("open_data.parameter", _("Thiếu tham số."), **{name: ["Missing value"]})
    return value


def _names(given, name):
    """A list of names, also when they come as one text; what is neither cannot be read."""
    value = given.get(name) or []
    if isinstance(value, str):
        return [one.strip() for one in value.split(",") if one.strip()]
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise Missing("open_data.parameter", _("Danh sách tên không đọc được."), **{name: ["Not a list of strings"]})  # fmt: skip
    return value


def _flag(given, name):
    return str(given.get(name, "")).lower() in ("true", "1", "yes", "on")


def _part(found, given):
    start, most = _number(given, "offset", 0), _number(given, "limit", _MOST)
    return found[start : start + most]


def package_list(held, given):
    """Names of the data sets."""
    return _part(sorted(held.pairs), given)


def package_show(held, given):
    """One data set."""
    return held.package(_needed(given, "id"))


def current_package_list_with_resources(held, given):
    """Every data set with its files."""
    return _part(held.packages(), given)


def package_search(held, given):
    """Data sets by words (`q`) and filters (`fq`), sorted, part by part, with facets."""
    found = _matching(held, str(given.get("q") or ""), given)
    start, rows = _number(given, "start", 0), _number(given, "rows", 10)
    # An address carries the list as the text of a JSON or Python list.
    names = re.findall(r"[a-z_]+", " ".join(_names(given, "facet.field")))
    return {
        "count": len(found),
        "sort": str(given.get("sort") or "score desc, metadata_modified desc"),
        "facets": {name: _counts(found, name) for name in names if name in _FACETS},
        "search_facets": {name: _facet(found, name) for name in names if name in _FACETS},
        "results": found[start : start + rows],
    }


_FACETS = {
    "organization": lambda p: [(p["organization"]["name"], p["organization"]["title"])],
    "groups": lambda p: [(g["name"], g["title"]) for g in p["groups"]],
    "tags": lambda p: [(t["name"], t["name"]) for t in p["tags"]],
    "license_id": lambda p: [(p["license_id"], p["license_title"])],
    "res_format": lambda p: sorted({(r["format"], r["format"]) for r in p["resources"]}),
}


def _counts(found, name):
    counts = {}
    for package in found:
        for key, _title in _FACETS[name](package):
            counts[key] = counts.get(key, 0) + 1
    return counts


def _facet(found, name):
    titles = dict(pair for package in found for pair in _FACETS[name](package))
    items = [{"name": k, "display_name": titles[k], "count": n} for k, n in _counts(found, name).items()]  # fmt: skip
    return {"title": name, "items": sorted(items, key=lambda item: (-item["count"], item["name"]))}


def _matching(held, asked, given):
    """Packages that hold the words and pass every filter, in the order asked."""
    filters = given.get("fq") or given.get("fq_list") or ""
    filters = " ".join(map(str, filters)) if isinstance(filters, list) else str(filters)
    # What one types into a search is short; the pattern below takes longer than in proportion.
    asked, filters = asked[:_LONGEST], filters[:_LONGEST]
    asked, more = _TERM.sub(" ", asked).replace("*:*", " "), _TERM.findall(asked)
    keys = [one.key for one, _row in catalogue.find(" ".join(text.words(asked)))]
    found = [held.described(*held.pairs[key]) for key in keys if key in held.pairs]
    for field, *values in [*_TERM.findall(filters), *more]:
        if field != "*":
            found = [one for one in found if _passes(one, field, values)]
    return _sorted(found, str(given.get("sort") or ""))


def _passes(package, field, values):
    quoted, span, several, plain = values
    if span:
        low, _to, high = span.partition(" TO ")
        value = str(package.get(field, ""))
        return (low in ("*", "") or value >= low.rstrip("Z")) and (high in ("*", "") or value <= high.rstrip("Z"))  # fmt: skip
    wanted = {quoted or plain} if not several else set(several.replace('"', "").split(" OR "))
    if "*" in wanted:
        return True
    held = _FACETS[field](package) if field in _FACETS else [(str(package.get(field, "")), "")]
    return bool(wanted & {key for key, _title in held})


def _sorted(found, asked):
    for part in reversed([one.split() for one in asked.split(",") if one.strip()]):
        field = {"title_string": "title", "score": ""}.get(part[0], part[0])
        if part[0] not in _SORTS:
            raise Missing("open_data.parameter", _("Không sắp xếp theo trường này được."), sort=["Cannot sort by this field"])  # fmt: skip
        if field:
            found = sorted(found, key=lambda one: one[field], reverse=part[-1].lower() == "desc")  # noqa: B023 - used at once
    return found


def resource_show(held, given):
    """One file of a data set."""
    return held.resource(_needed(given, "id"))[1]


def group_list(held, given):
    """Themes that have data sets."""
    counts = held.themes()
    if _flag(given, "all_fields"):
        return _part([ckan.group(theme, counts[theme]) for theme in sorted(counts)], given)
    return _part(sorted(counts), given)


def group_show(held, given):
    """One theme."""
    name, counts = _needed(given, "id"), held.themes()
    for theme in datasets.THEMES:
        if name in (theme, ckan.uid("group", theme)):
            return ckan.group(theme, counts.get(theme, 0))
    raise errors.NotFound("open_data.group_unknown", pgettext("dữ liệu mở", "Không có chủ đề này."))


def organization_list(held, given):
    """The publisher."""
    if _flag(given, "all_fields"):
        return _part([ckan.organization(len(held.pairs))], given)
    return _part([datasets.PUBLISHER_KEY], given)


def organization_show(held, given):
    """The publisher, with its data sets when asked."""
    name = _needed(given, "id")
    if name not in (datasets.PUBLISHER_KEY, ckan.uid("organization", datasets.PUBLISHER_KEY)):
        raise errors.NotFound("open_data.organization_unknown", _("Không có cơ quan này."))
    found = ckan.organization(len(held.pairs))
    return found | ({"packages": held.packages()} if _flag(given, "include_datasets") else {})


def tag_list(held, given):
    """Keywords, or those that hold some words."""
    wanted = text.fold(str(given.get("query") or ""))
    names = sorted({tag["name"] for one in held.packages() for tag in one["tags"]})
    found = [name for name in names if wanted in text.fold(name)]
    return _part([ckan.tag(n) for n in found] if _flag(given, "all_fields") else found, given)


def license_list(_held, _given):
    """The licences in use."""
    return ckan.licences()


def site_read(_held, _given):
    """Whether the site may be read: always."""
    return True


def status_show(held, _given):
    """What the site is."""
    return {
        "ckan_version": "2.11.0",
        "site_url": held.base.rstrip("/"),
        "site_title": datasets.CATALOGUE[0],
        "site_description": datasets.CATALOGUE[1],
        "locale_default": "vi",
        "error_emails_to": None,
        "extensions": ["datastore"],
    }


_TYPES = {"text": "text", "whole": "int8", "number": "float8", "flag": "bool", "date": "date"}


def datastore_search(held, given):
    """Rows of the newest release: `limit`, `offset`, `filters`, `q`, `fields`."""
    resource_id = given.get("resource_id") or given.get("id")
    _package, resource, one, row = held.resource(_needed({"resource_id": resource_id}, "resource_id"))  # fmt: skip
    if not resource["datastore_active"]:
        raise errors.NotFound("open_data.resource_unknown", _("Không có tệp này."))
    found = _filtered(tables.rows(row), one, given)
    names = [n for n in one.names if n in _chosen(given, one)]
    start, most = _number(given, "offset", 0), _number(given, "limit", 100)
    part = enumerate(found[start : start + most], start + 1)
    return {
        "resource_id": resource["id"],
        "fields": [{"id": "_id", "type": "int"}, *({"id": c.name, "type": _TYPES[c.type]} for c in one.columns if c.name in names)],
        "records": [{"_id": n, **{name: each.get(name) for name in names}} for n, each in part],
        "total": len(found),
        "limit": most,
        "offset": start,
        "data_at": row.data_at.isoformat() if row.data_at else None,
    }  # fmt: skip


def _chosen(given, one):
    asked = _names(given, "fields") or one.names
    unknown = sorted({*asked} - {*one.names})
    if unknown:
        raise Missing("open_data.parameter", _("Bộ dữ liệu không có cột này."), fields=[f"field {n} not in table" for n in unknown[:5]])  # fmt: skip
    return asked


def _filtered(found, one, given):
    filters = given.get("filters") or {}
    if not isinstance(filters, dict):
        raise Missing("open_data.parameter", _("Bộ lọc không đọc được."), filters=["Not a dictionary"])  # fmt: skip
    unknown = sorted({*filters} - {*one.names})
    if unknown:
        raise Missing("open_data.parameter", _("Bộ dữ liệu không có cột này."), filters=[f"field {n} not in table" for n in unknown[:5]])  # fmt: skip
    for name, wanted in filters.items():
        values = {str(v) for v in wanted} if isinstance(wanted, list) else {str(wanted)}
        found = [row for row in found if str(row.get(name)) in values]
    asked = text.words(str(given.get("q") or ""))
    if asked:
        found = [r for r in found if all(w in text.fold(" ".join(map(str, r.values()))) for w in asked)]  # fmt: skip
    return found


ACTIONS = {
    function.__name__: function
    for function in (
        package_list, package_show, package_search, current_package_list_with_resources, resource_show, group_list,
        group_show, organization_list, organization_show, tag_list, license_list, site_read, status_show, datastore_search,
    )
}  # fmt: skip
#: Actions of CKAN that write or need an account: nobody holds them here.
REFUSED = frozenset(
    [
        "package_create",
        "package_update",
        "package_patch",
        "package_delete",
        "resource_create",
        "resource_update",
        "resource_delete",
        "group_create",
        "organization_create",
        "datastore_create",
        "datastore_upsert",
        "datastore_delete",
        "user_create",
        "user_list",
        "user_show",
    ]
)
