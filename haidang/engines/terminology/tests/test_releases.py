"""Release folders and catalogues: those of this repository are sound, and a wrong one is refused."""

import csv
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from click.testing import CliRunner
from django.db import connection

from haidang.engines.places import api as places
from haidang.engines.terminology import api as terminology
from haidang.engines.terminology import catalogues, console, manifest, releases
from haidang.engines.terminology.tests import factories
from haidang.kernel import errors, systems

FOLDERS = releases.folders_of()
CATALOGUES = catalogues.default_folder()


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda f: f"{f.parent.name}/{f.name}")
def test_a_release_of_the_repository_is_sealed_and_described(folder):
    release = manifest.read(folder)

    assert len(manifest.rows(release)) == release.rows
    assert release.get("sure") in {"A", "A−", "B", "C"}
    assert (folder / "README.md").read_text(encoding="utf-8").strip()


@pytest.mark.django_db
def test_every_release_loads_and_a_second_run_does_nothing():
    told = []
    first = releases.load_all(factories.BY, progress=lambda *step: told.append(step))

    second = releases.load_all(factories.BY)

    assert not any(one.skipped for one in first)
    assert all(one.skipped for one in second)
    assert told[-1][:2] == (len(told) - 1, len(told) - 1)
    assert len(places.communes()) == 114
    assert {u.kind for u in places.communes()} == {"commune", "ward", "special-zone"}
    assert terminology.icd10("I10", on=date(2026, 8, 1)).display_en
    assert terminology.lists().has("visit-type", "01")
    assert not terminology.lists().known("icd10")


def test_data_that_changed_without_its_manifest_is_refused(tmp_path):
    folder = factories.release_folder(tmp_path)
    (folder / "data.csv").write_text("code,name_vi\nlime,Chanh\n", encoding="utf-8")

    with pytest.raises(errors.RuleBroken) as refused:
        manifest.read(folder)

    assert refused.value.code == "terminology.checksum_differs"


def test_a_manifest_without_its_licence_is_refused(tmp_path):
    folder = factories.release_folder(tmp_path)
    path = folder / "manifest.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("licence", "lizenz"), encoding="utf-8")

    with pytest.raises(errors.RuleBroken) as refused:
        manifest.read(folder)

    assert refused.value.facts["missing"] == ["licence"]


def test_a_folder_without_a_manifest_is_no_release(tmp_path):
    with pytest.raises(errors.NotFound):
        manifest.read(tmp_path)


@pytest.mark.django_db
def test_one_folder_can_be_loaded_by_itself(tmp_path):
    folder = factories.release_folder(tmp_path)

    terminology.load_release(folder, factories.BY)

    assert terminology.lookup(systems.codes("fruit"), "lime").display_en == "Lime"


def test_a_kind_of_another_engine_is_left_to_it(tmp_path):
    folder = factories.release_folder(tmp_path, kind="claims-fields")

    assert terminology.load_release(folder, factories.BY) is None


def _catalogue(folder, file, rows):
    with (folder / file).open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


@pytest.mark.django_db
def test_a_catalogue_lies_over_its_starter_set(tmp_path):
    row = {"code": "02.03", "name": "Khám Nội", "tt39_price_vnd": "100"}
    _catalogue(tmp_path, "services-qd7603.csv", [row])

    releases.load_all(factories.BY, root=tmp_path, catalogues=tmp_path)

    found = terminology.lookup(systems.codes("service"), "02.03")
    assert (found.display, found.properties["tt39_price_vnd"]) == ("Khám Nội", 100)
    assert terminology.lookup(systems.codes("service"), "22.0120.1370").display_en


@pytest.mark.django_db
def test_populations_go_to_the_places(tmp_path):
    releases.load_all(factories.BY)
    rows = [
        {"commune_code": "11311", "population": "113200"},
        {"commune_code": "11914", "population": ""},
    ]
    _catalogue(tmp_path, "communes-population-2025.csv", rows)

    releases.load_all(factories.BY, root=tmp_path, catalogues=tmp_path)

    assert places.unit("11311").population == 113200


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("icd9cm.csv", "wrong,columns\n1,2\n"),
        ("icd10.csv", "code,name_vi\nA00,Bệnh tả\n"),
        ("who-growth-5-19.csv", "indicator,sex,x_unit,x,l,m,s\nbfa,M,month,60,much,1,1\n"),
        ("communes-population-2025.csv", "commune_code,population\n11311,many\n"),
        ("haiphong-communes.geojson", "{}"),
    ],
)
def test_a_catalogue_of_another_shape_is_refused_by_name(tmp_path, file, content):
    (tmp_path / file).write_text(content, encoding="utf-8")

    with pytest.raises(errors.RuleBroken) as refused:
        releases.load_all(factories.BY, root=tmp_path, catalogues=tmp_path)

    assert refused.value.code == "terminology.catalogue_unreadable"
    assert refused.value.facts["file"] == file
    assert [r.name for r in releases.statuses() if r.name.startswith("catalogues/")] == []


def test_the_command_tells_what_it_loaded_and_what_it_refused(db, tmp_path, monkeypatch):
    monkeypatch.setattr(catalogues, "default_folder", lambda: None)
    folder = factories.release_folder(tmp_path)
    arguments = ["--folder", str(tmp_path), "--json"]

    loaded = CliRunner().invoke(console.command, arguments)
    (folder / "data.csv").write_text("code\nfig\n", encoding="utf-8")
    refused = CliRunner().invoke(console.command, arguments)
    CliRunner().invoke(console.command, ["--seal", str(folder)])

    assert json.loads(loaded.stdout)["loaded"]["fruit/2026-01-01"] == 1
    assert (refused.exit_code, "checksum_differs" in refused.output) == (1, True)
    assert manifest.read(folder).rows == 1


@pytest.mark.parametrize(
    ("option", "code"),
    [("--folder", "terminology.no_releases"), ("--catalogues", "terminology.no_catalogues")],
)
def test_a_folder_without_anything_to_load_is_refused(db, tmp_path, option, code):
    answer = CliRunner().invoke(console.command, [option, str(tmp_path), "--json"])

    told = json.loads(answer.stdout)["error"]
    assert answer.exit_code == 2
    assert told["code"] == code
    assert str(tmp_path) in told["message"]
    assert releases.statuses() == []


def test_two_loaders_at_once_make_one_release(own_database):
    def load(_):
        try:
            return factories.load()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(load, range(4)))

    assert sorted(one.skipped for one in done) == [False, True, True, True]
    assert [(r.name, r.rows) for r in releases.statuses()] == [("fruit/1", 5)]


def test_the_folder_of_catalogues_may_be_named(tmp_path, monkeypatch):
    monkeypatch.setenv("HAIDANG_CATALOGUES", str(tmp_path))
    assert catalogues.default_folder() == tmp_path

    monkeypatch.setenv("HAIDANG_CATALOGUES", str(tmp_path / "nowhere"))
    assert catalogues.default_folder() is None


def test_what_is_missing_says_what_works_less_well(tmp_path):
    assert len(catalogues.missing(tmp_path)) == len(catalogues.described())
    assert all(without for _, without in catalogues.missing(None))


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.skipif(CATALOGUES is None, reason="the national catalogues are not here")
def test_the_full_icd10_of_both_circulars_answers(tmp_path):
    icd10 = [
        s for s in catalogues.sources(CATALOGUES, by=factories.BY) if s.name.endswith("/icd10")
    ]

    releases._load_catalogue(icd10[0], factories.BY, force=False)

    lists = terminology.lists()
    before, after = date(2026, 6, 30), date(2026, 7, 1)
    assert lists.known("icd10", after)
    assert (lists.has("icd10", "A90", before), lists.has("icd10", "A90", after)) == (True, False)
    assert lists.icd10("A00", after).has_specific_child
    assert terminology.subsumes(systems.ICD10, "A00-A09", "A00.0") == "subsumes"
    assert terminology.expand(f"{systems.ICD10}?fhir_vs", count=0).total == 15844 + 22 + 274
