"""What the open data answers machines, for the OpenAPI description (dạng dữ liệu).

Source: CKAN 2.11, the Action API; DCAT-AP 3 in JSON-LD
"""

from haidang.kernel.described import (
    FLAG,
    FORM,
    JSON,
    TEXT,
    URI,
    WAIT,
    WHOLE,
    Answer,
    Deed,
    listed,
    maybe,
    record,
)
from haidang.rooms.open_data.selectors import actions

LD = "application/ld+json"
_NODE = record("JsonLdNode", {"@id": TEXT, "@type": TEXT})
_OWN_CONTEXT = {"@context": {"type": "object"}, "@id": URI}
CATALOGUE = record(
    "DcatCatalogue",
    _OWN_CONTEXT | {"@type": {"const": "dcat:Catalog"}, "dcat:dataset": listed(_NODE)},
)
DATASET = record(
    "DcatDataset",
    _OWN_CONTEXT
    | {
        "@type": {"const": "dcat:Dataset"},
        "dct:identifier": TEXT,
        "dcat:version": TEXT,
        "dcat:distribution": listed(_NODE),
    },
)
FILE = Answer(
    "The file",
    TEXT,
    "text/csv",
    more={"application/json": {"type": "object"}, "application/vnd.apache.parquet": TEXT},
    headers={"ETag": "SHA-256 of the file", "Content-Disposition": "Its name"},
)

# ── Of CKAN ────────────────────────────────────────────────────────────────────────────────

_NAMED = {"id": TEXT, "name": TEXT, "title": TEXT, "display_name": TEXT, "description": TEXT, "state": TEXT}  # fmt: skip
_GROUP = record("CkanGroup", _NAMED | {"type": TEXT}, package_count=WHOLE)
_RESOURCE = record(
    "CkanResource",
    {
        "id": TEXT, "package_id": TEXT, "name": TEXT, "description": TEXT, "format": TEXT, "mimetype": TEXT,
        "size": WHOLE, "hash": TEXT | {"description": "sha256: and the digest"}, "url": URI, "position": WHOLE,
        "state": TEXT, "created": TEXT, "last_modified": TEXT, "metadata_modified": TEXT,
        "datastore_active": FLAG | {"description": "Whether datastore_search reads its rows"}, "resource_type": TEXT,
    },
)  # fmt: skip
_TAG = record("CkanTag", {"id": TEXT, "name": TEXT, "display_name": TEXT, "state": TEXT})
_PACKAGE = record(
    "CkanPackage",
    {
        "id": TEXT, "name": TEXT, "title": TEXT, "notes": TEXT, "type": {"const": "dataset"}, "state": TEXT,
        "version": TEXT, "url": URI, "author": TEXT, "maintainer": TEXT, "license_id": TEXT, "license_title": TEXT,
        "license_url": URI, "metadata_created": TEXT, "metadata_modified": TEXT, "owner_org": TEXT,
        "title_translated": {"type": "object", "additionalProperties": TEXT}, "organization": _GROUP,
        "groups": listed(_GROUP), "tags": listed(_TAG), "resources": listed(_RESOURCE), "num_resources": WHOLE,
        "extras": listed(record("CkanExtra", {"key": TEXT, "value": TEXT})),
    },
)  # fmt: skip
_ITEM = record("CkanFacetItem", {"name": TEXT, "display_name": TEXT, "count": WHOLE})
_FOUND = record(
    "CkanSearchResult",
    {
        "count": WHOLE,
        "sort": TEXT,
        "facets": {"type": "object", "additionalProperties": {"type": "object"}},
        "search_facets": {
            "type": "object",
            "additionalProperties": record("CkanFacet", {"title": TEXT, "items": listed(_ITEM)}),
        },
        "results": listed(_PACKAGE),
    },
)
_ROWS = record(
    "CkanRows",
    {
        "resource_id": TEXT, "fields": listed(record("CkanField", {"id": TEXT, "type": TEXT})),
        "records": listed({"type": "object", "required": ["_id"]}), "total": WHOLE, "limit": WHOLE, "offset": WHOLE,
        "data_at": maybe(TEXT) | {"description": "When the records were read that it counts"},
    },
)  # fmt: skip
_LICENCE = record("CkanLicence", {"id": TEXT, "title": TEXT, "url": URI, "status": TEXT})
_STATUS = record(
    "CkanStatus",
    {"ckan_version": TEXT, "site_url": URI, "site_title": TEXT, "site_description": TEXT, "locale_default": TEXT, "extensions": listed(TEXT)},
)  # fmt: skip
_GROUPS = {"anyOf": [listed(TEXT), listed(_GROUP)]}
#: What each action gives.
_RESULTS = {
    "package_list": listed(TEXT),
    "package_show": _PACKAGE,
    "package_search": _FOUND,
    "current_package_list_with_resources": listed(_PACKAGE),
    "resource_show": _RESOURCE,
    "group_list": _GROUPS,
    "group_show": _GROUP,
    "organization_list": _GROUPS,
    "organization_show": _GROUP,
    "tag_list": {"anyOf": [listed(TEXT), listed(_TAG)]},
    "license_list": listed(_LICENCE),
    "site_read": {"const": True},
    "status_show": _STATUS,
    "datastore_search": _ROWS,
    "help_show": TEXT,
}
_COUNT = WHOLE | {"minimum": 0}
_PAGE = {"limit": ("How many at most", _COUNT), "offset": ("How many to pass over", _COUNT)}
_ID = {"id": ("Its id or name", TEXT)}
_ALL = {"all_fields": ("Everything instead of names", FLAG)}
#: What each action takes; a list may come as one text, with commas.
_TAKEN = {
    "package_list": _PAGE,
    "package_show": _ID,
    "package_search": {
        "q": ("Words, with or without marks", TEXT),
        "fq": ("Filters such as groups:health", TEXT),
        "sort": ("A field and asc or desc", TEXT),
        "start": ("How many to pass over", _COUNT),
        "rows": ("How many at most; 10 when left out", _COUNT),
        "facet.field": ("What to count by", TEXT | {"examples": ['["groups","tags"]']}),
    },
    "current_package_list_with_resources": _PAGE,
    "resource_show": {"id": ("Its id", TEXT)},
    "group_list": _ALL | _PAGE,
    "group_show": _ID,
    "organization_list": _ALL | _PAGE,
    "organization_show": _ID | {"include_datasets": ("Its data sets too", FLAG)},
    "tag_list": {"query": ("Words that it holds", TEXT)} | _ALL | _PAGE,
    "datastore_search": {
        "resource_id": ("Of a resource whose datastore_active is true", TEXT),
        "filters": ("Column and value, as a JSON object", TEXT | {"examples": ['{"code":"visits"}']}),
        "q": ("Words that a row holds", TEXT),
        "fields": ("Columns, with commas", TEXT),
    }
    | _PAGE,
    "help_show": {"name": ("Of an action", {"enum": [*actions.ACTIONS]})},
}  # fmt: skip
_NEEDED = {
    "package_show": ("id",), "resource_show": ("id",), "group_show": ("id",), "organization_show": ("id",),
    "datastore_search": ("resource_id",), "help_show": ("name",),
}  # fmt: skip
#: How an action takes it in a JSON object, where that is not as in an address.
_IN_AN_OBJECT = {"filters": {"type": "object"}, "facet.field": listed(TEXT), "fields": listed(TEXT)}


def actions_described():
    """What every action of the API does, asked by GET and by POST."""
    words = {name: one.__doc__ for name, one in actions.ACTIONS.items()}
    for name, text in {**words, "help_show": "What an action does."}.items():
        for method in ("GET", "POST"):
            yield _deed(name, text, method)


def _deed(name, text, method):
    taken, needed = _TAKEN.get(name, {}), _NEEDED.get(name, ())
    first, *others = name.split("_")
    given = {"query": taken, "needed": needed} if method == "GET" else {"body": _bodies(taken, needed)}  # fmt: skip
    return Deed(
        first + "".join(map(str.title, others)) + ("" if method == "GET" else "ByPost"),
        text.partition("\n")[0],
        _answers(name, method),
        method=method,
        tag="open data",
        fills={"name": name},
        **given,
    )


def _bodies(taken, needed):
    plain = {name: schema for name, (_text, schema) in taken.items()}
    in_json = {name: _IN_AN_OBJECT.get(name, schema) for name, schema in plain.items()}
    return {
        JSON: {"type": "object", "required": [*needed], "properties": in_json},
        FORM: {"type": "object", "required": [*needed], "properties": plain},
    }


def _answers(name, method):
    shape = {"help": URI, "success": {"const": True}, "result": _RESULTS[name]}
    found = {
        200: Answer(
            "In CKAN's envelope", {"type": "object", "required": [*shape], "properties": shape}
        ),
        404: Answer("There is no such thing", _failed("Not Found Error")),
        409: Answer("A parameter lacks, or cannot be read", _failed("Validation Error")),
        429: Answer(
            "Too many questions from this network address",
            _failed("Rate Limit Error"),
            headers=WAIT,
        ),
    }
    unread = {400: Answer("The body cannot be read", TEXT)} if method == "POST" else {}
    return found | unread


def _failed(kind):
    error = {"type": "object", "required": ["__type"], "properties": {"__type": {"const": kind}}}
    shape = {"help": URI, "success": {"const": False}, "error": error}
    return {"type": "object", "required": [*shape], "properties": shape}
