"""ckanapi and rdflib (PyPI), unmodified, read the open data of a running server."""

import hashlib
import urllib.error
import urllib.request
from datetime import datetime

import ckanapi
import pytest
import rdflib
from django.test import override_settings
from rdflib.namespace import DCAT, DCTERMS, RDF

from haidang.kernel import actor, dates
from haidang.rooms.open_data import services
from tests.conformance import conftest

AT = datetime(2026, 5, 20, 9, tzinfo=dates.HANOI)
KEYS = ["co-so-y-te", "danh-muc-chi-so", "thu-tuc-hanh-chinh"]
SPDX = rdflib.Namespace("http://spdx.org/rdf/terms#")


@pytest.fixture(scope="module")
def catalogue(module_database, tmp_path_factory):
    """The address of a catalogue with three released data sets; everybody here only reads it."""
    folder = tmp_path_factory.mktemp("catalogue")
    where = {name: str(folder / name) for name in ("HAIDANG_FILES", "HAIDANG_LAKE")}
    with override_settings(**where), pytest.MonkeyPatch.context() as patch:
        for name, path in where.items():
            patch.setenv(name, path)
        _facility()
        for key in KEYS:
            services.release(key, by=actor.SYSTEM, at=AT)
        with conftest.serving(module_database) as server:
            yield server.base.removesuffix("/fhir") + "/du-lieu-mo"


def _facility():
    from haidang.engines.places import api as places

    places.save_facility("31Z01", name="Bệnh viện thử", kind="general-hospital", by=actor.SYSTEM)


@pytest.fixture
def clients(catalogue):
    """One that asks by POST and one that asks by GET."""
    with (
        ckanapi.RemoteCKAN(catalogue) as posting,
        ckanapi.RemoteCKAN(catalogue, get_only=True) as getting,
    ):
        yield posting, getting


def test_a_harvester_walks_the_catalogue(clients):
    for client in clients:
        assert client.action.site_read() is True
        assert client.action.status_show()["ckan_version"].startswith("2.")
        assert client.action.package_list() == KEYS
        for name in client.action.package_list():
            package = client.action.package_show(id=name)
            assert client.action.package_show(id=package["id"])["name"] == name
            assert package["organization"]["name"] in client.action.organization_list()
            assert {g["name"] for g in package["groups"]} <= {*client.action.group_list()}
            assert {t["name"] for t in package["tags"]} <= {*client.action.tag_list()}
            for resource in package["resources"]:
                assert client.action.resource_show(id=resource["id"]) == resource


def test_what_a_harvester_downloads_is_what_was_promised(clients):
    for client in clients:
        package = client.action.package_show(id="danh-muc-chi-so")

        for resource in package["resources"]:
            with urllib.request.urlopen(resource["url"]) as answer:
                content = answer.read()
            assert len(content) == resource["size"]
            assert f"sha256:{hashlib.sha256(content).hexdigest()}" == resource["hash"]


def test_a_search_goes_by_words_without_marks_by_filter_and_by_page(clients):
    for client in clients:
        search = client.action.package_search

        assert [p["name"] for p in search(q="benh vien")["results"]] == ["co-so-y-te"]
        assert search(fq="groups:government")["count"] == 2
        assert search(fq='organization:"so-y-te" +groups:health')["count"] == 1
        assert search(fq="metadata_modified:[2030-01-01T00:00:00Z TO *]")["count"] == 0
        assert search(fq="metadata_modified:[2020-01-01T00:00:00Z TO *]", sort="metadata_created asc")["count"] == 3  # fmt: skip
        parts = [search(rows=1, start=n, sort="name asc")["results"][0]["name"] for n in range(3)]
        assert parts == KEYS


def test_facets_count_what_was_found(catalogue):
    with ckanapi.RemoteCKAN(catalogue) as remote:
        found = remote.action.package_search(**{"facet.field": ["groups", "organization"]})

    assert found["facets"]["groups"] == {"health": 1, "government": 2}
    assert found["search_facets"]["organization"]["items"][0]["count"] == 3


def test_rows_are_read_with_filters_and_part_by_part(catalogue):
    with ckanapi.RemoteCKAN(catalogue) as remote:
        package = remote.action.package_show(id="danh-muc-chi-so")
        csv = next(r for r in package["resources"] if r["datastore_active"])
        every = remote.action.datastore_search(resource_id=csv["id"], limit=3, offset=1)
        one = remote.action.datastore_search(resource_id=csv["id"], filters={"code": "visits"}, fields="code,unit")  # fmt: skip

    assert (len(every["records"]), every["records"][0]["_id"]) == (3, 2)
    assert one["records"] == [{"_id": 1, "code": "visits", "unit": "lượt"}]
    assert one["total"] == 1


def test_errors_come_as_the_client_knows_them(catalogue):
    with ckanapi.RemoteCKAN(catalogue) as remote:
        with pytest.raises(ckanapi.NotFound):
            remote.action.package_show(id="khong-co")
        with pytest.raises(ckanapi.ValidationError) as why:
            remote.action.package_show()
        assert why.value.error_dict["id"] == ["Missing value"]
        with pytest.raises(ckanapi.NotAuthorized):
            remote.action.package_create(name="x")
        with pytest.raises(ckanapi.errors.CKANAPIError):
            remote.action.no_such_thing()


def _graph(address, accept=None):
    asked = urllib.request.Request(address, headers={"Accept": accept} if accept else {})
    with urllib.request.urlopen(asked) as answer:
        assert answer.headers["Content-Type"].startswith("application/ld+json")
        return rdflib.Graph().parse(data=answer.read(), format="json-ld")


@pytest.mark.parametrize(
    ("path", "accept"), [("/catalog.jsonld", None), ("/", "application/ld+json")]
)
def test_the_catalogue_is_dcat_that_others_read(catalogue, path, accept):
    graph = _graph(catalogue + path, accept)

    (root,) = graph.subjects(RDF.type, DCAT.Catalog)
    sets = list(graph.objects(root, DCAT.dataset))
    assert len(sets) == 3
    for one in sets:
        for needed in (
            DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCTERMS.accrualPeriodicity, DCTERMS.spatial,
            DCAT.theme, DCAT.keyword, DCAT.contactPoint, DCAT.distribution,
        ):  # fmt: skip
            assert (one, needed, None) in graph, needed
        for each in graph.objects(one, DCAT.distribution):
            for needed in (DCAT.downloadURL, DCAT.accessURL, DCAT.mediaType, DCTERMS.license, DCAT.byteSize):  # fmt: skip
                assert (each, needed, None) in graph, needed


def test_the_checksum_of_a_distribution_is_that_of_its_file(catalogue):
    graph = _graph(f"{catalogue}/bo/danh-muc-chi-so/", "application/ld+json")

    for each in graph.subjects(RDF.type, DCAT.Distribution):
        address = str(graph.value(each, DCAT.downloadURL))
        told = str(graph.value(graph.value(each, SPDX.checksum), SPDX.checksumValue))
        with urllib.request.urlopen(address) as answer:
            assert hashlib.sha256(answer.read()).hexdigest() == told.lower()


def test_what_is_not_there_is_not_found(catalogue):
    for path in ("/bo/khong-co/", "/bo/khong-co.jsonld", "/bo/danh-muc-chi-so/ban/9/x.csv", "/bo/danh-muc-chi-so/ban/1/x.exe"):  # fmt: skip
        with pytest.raises(urllib.error.HTTPError) as why:
            urllib.request.urlopen(catalogue + path)
        assert why.value.code == 404
