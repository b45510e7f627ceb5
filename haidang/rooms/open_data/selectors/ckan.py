"""Data sets in the shapes of CKAN's action API, so that harvesters that know it read ours.

Source: CKAN 2.11, the Action API; only what reads. Ids are stable UUIDs made of the keys.
"""

import datetime

from django.utils.translation import gettext as _

from haidang.kernel import errors, ids
from haidang.rooms.open_data.domain import datasets
from haidang.rooms.open_data.selectors import catalogue, dcat

_FORMATS = {"csv": "CSV", "json": "JSON", "parquet": "Parquet", "dictionary": "CSV"}
_DESCRIPTIONS = {
    "csv": "UTF-8 with a byte-order mark, RFC 4180",
    "json": "Rows with their dictionary",
    "parquet": "Typed columns, zstd",
    "dictionary": "Data dictionary",
}


def uid(*parts):
    """The id of something, the same for ever."""
    return ids.stable_id("open_data", *parts)


class Catalogue:
    """The released data sets as one answer needs them; read once.

    base    address of the catalogue's page, with its slash at the end
    """

    def __init__(self, base):
        self.base = base
        self.pairs = {one.key: (one, row) for one, row in catalogue.find()}
        self.created = catalogue.first_made()

    def package(self, name):
        """One package by its name or id.

        Raises    NotFound `open_data.dataset_unknown`
        """
        for key, (one, row) in self.pairs.items():
            if name in (key, uid("package", key)):
                return self.described(one, row)
        raise errors.NotFound("open_data.dataset_unknown", _("Không có bộ dữ liệu này."))

    def packages(self):
        """Every package, by name."""
        return [self.described(*self.pairs[key]) for key in sorted(self.pairs)]

    def described(self, one, row):
        """A data set as a package with the resources of its newest release."""
        licence = datasets.LICENCES[one.licence]
        resources = [self._resource(one, row, n, file) for n, file in enumerate(row.files)]
        return {
            "id": uid("package", one.key),
            "name": one.key,
            "title": one.title,
            "title_translated": {"vi": one.title, "en": one.title_en},
            "notes": one.description,
            "type": "dataset",
            "state": "active",
            "private": False,
            "isopen": True,
            "version": str(row.number),
            "url": self._page(one),
            "author": datasets.PUBLISHER[0],
            "author_email": None,
            "maintainer": one.contact,
            "maintainer_email": None,
            "license_id": one.licence,
            "license_title": licence[1],
            "license_url": licence[2],
            "metadata_created": _moment(self.created[one.key]),
            "metadata_modified": _moment(row.made_at),
            "creator_user_id": None,
            "owner_org": uid("organization", datasets.PUBLISHER_KEY),
            "organization": organization(),
            "groups": [group(one.theme)],
            "tags": [tag(name) for name in sorted({*one.keywords, *one.keywords_en})],
            "num_tags": len({*one.keywords, *one.keywords_en}),
            "resources": resources,
            "num_resources": len(resources),
            "extras": self._extras(one, row),
            "relationships_as_subject": [],
            "relationships_as_object": [],
        }

    def _page(self, one):
        return f"{self.base}bo/{one.key}/"

    def _extras(self, one, row):
        span = dcat.spanned(row)
        told = {
            "frequency": one.rhythm,
            "spatial_text": "Hải Phòng, Việt Nam",
            "temporal_start": str(span[0]) if span else "",
            "temporal_end": str(span[1]) if span else "",
            "quality": "\n".join(one.quality),
            "contributor": one.contributor,
            "suppressed_rows": str(row.hidden_count),
        }
        return [{"key": key, "value": value} for key, value in told.items() if value]

    def _resource(self, one, row, position, file):
        form = file["format"]
        name = f"{one.key}-{row.number}.{form}"
        return {
            "id": uid("resource", one.key, form),
            "package_id": uid("package", one.key),
            "name": name if form != "dictionary" else f"{one.key}-{row.number}-dictionary.csv",
            "description": _DESCRIPTIONS[form],
            "format": _FORMATS[form],
            "mimetype": file["type"],
            "size": file["size"],
            "hash": f"sha256:{file['sha256']}",
            "url": f"{self._page(one)}ban/{row.number}/{name}",
            "position": position,
            "state": "active",
            "created": _moment(row.made_at),
            "last_modified": _moment(row.made_at),
            "metadata_modified": _moment(row.made_at),
            "datastore_active": form == "csv",
            "resource_type": "documentation" if form == "dictionary" else "file",
            "url_type": None,
            "cache_url": None,
            "mimetype_inner": None,
        }

    def resource(self, id):
        """(package, resource, DataSet, Release) of a resource's id.

        Raises    NotFound `open_data.resource_unknown`
        """
        for one, row in self.pairs.values():
            package = self.described(one, row)
            for found in package["resources"]:
                if found["id"] == id:
                    return package, found, one, row
        raise errors.NotFound("open_data.resource_unknown", _("Không có tệp này."))

    def themes(self):
        """{theme: number of packages}, those that have any."""
        counts = {}
        for one, _row in self.pairs.values():
            counts[one.theme] = counts.get(one.theme, 0) + 1
        return counts


def _moment(at):
    """CKAN writes moments in UTC without a zone."""
    return at.astimezone(datetime.UTC).replace(tzinfo=None).isoformat()


def organization(count=None):
    """The publisher as an organization."""
    return {
        "id": uid("organization", datasets.PUBLISHER_KEY),
        "name": datasets.PUBLISHER_KEY,
        "title": datasets.PUBLISHER[0],
        "display_name": datasets.PUBLISHER[0],
        "description": datasets.PUBLISHER[1],
        "type": "organization",
        "is_organization": True,
        "approval_status": "approved",
        "state": "active",
        "image_url": "",
        "image_display_url": "",
        **({"package_count": count} if count is not None else {}),
    }


def group(theme, count=None):
    """A theme as a group."""
    title, english, _code = datasets.THEMES[theme]
    return {
        "id": uid("group", theme),
        "name": theme,
        "title": title,
        "display_name": title,
        "description": english,
        "type": "group",
        "is_organization": False,
        "state": "active",
        "image_url": "",
        "image_display_url": "",
        **({"package_count": count} if count is not None else {}),
    }


def tag(name):
    """A keyword as a tag."""
    return {"id": uid("tag", name), "name": name, "display_name": name, "state": "active", "vocabulary_id": None}  # fmt: skip


def licences():
    """The licences as CKAN lists them."""
    return [
        {"id": key, "title": english, "url": url, "status": "active", "is_generic": False,
         "domain_content": False, "domain_data": True, "domain_software": False, "od_conformance": "approved"}
        for key, (_vi, english, url) in datasets.LICENCES.items()
    ]  # fmt: skip
