"""The catalogue as DCAT-AP in JSON-LD, and a data set as schema.org says it.

Source: DCAT 3 (W3C), DCAT-AP 3. The context stands in the document, so that nobody has to fetch it.
"""

from datetime import timedelta

from haidang.engines.analytics import api as analytics
from haidang.rooms.open_data.domain import datasets
from haidang.rooms.open_data.selectors import catalogue

CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_EU = "http://publications.europa.eu/resource/authority/"
_RHYTHMS = {"monthly": "MONTHLY", "quarterly": "QUARTERLY", "yearly": "ANNUAL", "irregular": "IRREG"}  # fmt: skip
_FORMATS = {"csv": "CSV", "json": "JSON", "parquet": "PARQUET"}
_MEDIA = "https://www.iana.org/assignments/media-types/"
#: Files of the newest release that are the data; the dictionary is what they conform to.
DATA = tuple(_FORMATS)


def catalogue_graph(base):
    """The whole catalogue.

    base    address of the catalogue's page, with its slash at the end
    """
    found = catalogue.find()
    return {
        "@context": CONTEXT,
        "@id": base,
        "@type": "dcat:Catalog",
        "dct:title": _both(datasets.CATALOGUE),
        "dct:description": _both(datasets.ABOUT),
        "dct:publisher": _publisher(base),
        "dct:language": [_id(f"{_EU}language/VIE"), _id(f"{_EU}language/ENG")],
        "dct:license": _id(datasets.LICENCES["cc-by-4.0"][2]),
        "dct:spatial": _place(),
        "dcat:themeTaxonomy": _id(f"{_EU}data-theme"),
        "foaf:homepage": _id(base),
        **_days(found),
        "dcat:dataset": [dataset_node(one, row, base) for one, row in found],
    }


def _days(found):
    if not found:
        return {}
    days = [row.made_at for _one, row in found]
    return {"dct:issued": _moment(min(days)), "dct:modified": _moment(max(days))}


def dataset_graph(key, base):
    """One data set.

    Raises    NotFound `open_data.dataset_unknown`, `open_data.release_unknown`
    """
    one = catalogue.dataset(key)
    return {"@context": CONTEXT, **dataset_node(one, catalogue.release(key), base)}


def dataset_node(one, row, base):
    """A data set with the distributions of its newest release."""
    page = f"{base}bo/{one.key}/"
    theme = datasets.THEMES[one.theme][2]
    node = {
        "@id": page,
        "@type": "dcat:Dataset",
        "dct:identifier": one.key,
        "dct:title": _both((one.title, one.title_en)),
        "dct:description": [_vi(one.description), *([_en(one.description_en)] if one.description_en else [])],
        "dcat:keyword": [*map(_vi, one.keywords), *map(_en, one.keywords_en)],
        "dcat:theme": _id(f"{_EU}data-theme/{theme}"),
        "dct:publisher": _publisher(base),
        "dcat:contactPoint": {"@type": "vcard:Organization", "vcard:fn": one.contact, "vcard:hasURL": _id(base)},
        "dct:issued": _moment(row.made_at),
        "dct:modified": _moment(row.made_at),
        "dct:accrualPeriodicity": _id(f"{_EU}frequency/{_RHYTHMS[one.rhythm]}"),
        "dct:accessRights": _id(f"{_EU}access-right/PUBLIC"),
        "dct:language": _id(f"{_EU}language/VIE"),
        "dct:spatial": _place(),
        "dcat:version": str(row.number),
        "dcat:landingPage": _id(page),
        "dcat:distribution": [_distribution(one, row, file, page) for file in row.files if file["format"] in DATA],
    }  # fmt: skip
    if one.quality:
        node["dct:provenance"] = {"@type": "dct:ProvenanceStatement", "rdfs:label": [*map(_vi, one.quality)]}  # fmt: skip
    if span := spanned(row):
        node["dct:temporal"] = {"@type": "dct:PeriodOfTime", "dcat:startDate": _day(span[0]), "dcat:endDate": _day(span[1])}  # fmt: skip
    if one.contributor:
        node["dct:contributor"] = {"@type": "foaf:Agent", "foaf:name": one.contributor}
    return node


def spanned(row):
    """First and last day that a release is about, or None."""
    if not row.first_period:
        return None
    first, last = analytics.period(row.first_period), analytics.period(row.last_period)
    return first.start, last.end - timedelta(days=1)


def _distribution(one, row, file, page):
    form = file["format"]
    address = f"{page}ban/{row.number}/{one.key}-{row.number}.{form}"
    return {
        "@id": f"{page}#{form}",
        "@type": "dcat:Distribution",
        "dct:title": f"{one.title} ({_FORMATS[form]})",
        "dct:format": _id(f"{_EU}file-type/{_FORMATS[form]}"),
        "dcat:mediaType": _id(f"{_MEDIA}{file['type']}"),
        "dcat:byteSize": {"@value": str(file["size"]), "@type": "xsd:nonNegativeInteger"},
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": _id("http://spdx.org/rdf/terms#checksumAlgorithm_sha256"),
            "spdx:checksumValue": {"@value": file["sha256"], "@type": "xsd:hexBinary"},
        },
        "dct:license": _id(datasets.LICENCES[one.licence][2]),
        "dct:issued": _moment(row.made_at),
        "dcat:accessURL": _id(page),
        "dcat:downloadURL": _id(address),
        "dct:conformsTo": {"@id": f"{page}ban/{row.number}/{one.key}-{row.number}.dictionary", "@type": "dct:Standard"},
    }  # fmt: skip


def schema_org(one, row, page):
    """A data set as search engines read it: schema.org/Dataset."""
    licence = datasets.LICENCES[one.licence][2]
    made = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": page,
        "url": page,
        "name": one.title,
        "alternateName": one.title_en,
        "description": one.description,
        "keywords": [*one.keywords, *one.keywords_en],
        "license": licence,
        "isAccessibleForFree": True,
        "inLanguage": "vi",
        "version": str(row.number),
        "datePublished": row.made_at.isoformat(),
        "dateModified": row.made_at.isoformat(),
        "spatialCoverage": "Hải Phòng, Việt Nam",
        "creator": {"@type": "GovernmentOrganization", "name": datasets.PUBLISHER[0], "alternateName": datasets.PUBLISHER[1]},
        "variableMeasured": [{"@type": "PropertyValue", "name": c.name, "description": c.title} for c in one.columns],
        "distribution": [
            {"@type": "DataDownload", "encodingFormat": f["type"], "contentSize": f"{f['size']} B",
             "contentUrl": f"{page}ban/{row.number}/{one.key}-{row.number}.{f['format']}"}
            for f in row.files if f["format"] in DATA
        ],
    }  # fmt: skip
    if span := spanned(row):
        made["temporalCoverage"] = f"{span[0]}/{span[1]}"
    return made


def _publisher(base):
    return {
        "@id": f"{base}#so-y-te",
        "@type": "foaf:Organization",
        "foaf:name": _both(datasets.PUBLISHER),
    }


def _place():
    return {"@type": "dct:Location", "rdfs:label": _both(("Hải Phòng", "Hải Phòng, Việt Nam"))}


def _both(words):
    """A text in Vietnamese and in English."""
    return [_vi(words[0]), _en(words[1])]


def _vi(text):
    return {"@value": text, "@language": "vi"}


def _en(text):
    return {"@value": text, "@language": "en"}


def _id(address):
    return {"@id": address}


def _moment(at):
    return {"@value": at.isoformat(), "@type": "xsd:dateTime"}


def _day(on):
    return {"@value": on.isoformat(), "@type": "xsd:date"}
