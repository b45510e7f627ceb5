"""The pages for developers, the sandbox and the error catalogue."""

import html
import json
from datetime import timedelta

import pytest
from django.test import Client

from haidang.engines.access import api as access
from haidang.engines.places import api as places
from haidang.engines.records import api as records
from haidang.kernel import actor, fhirjson
from haidang.portals.gateway.developers import catalogue, examples, facts, sandbox
from haidang.portals.gateway.fhir import bundles, negotiation
from haidang.portals.gateway.tests.fhir_client import Fhir
from haidang.ui import translations

pytestmark = pytest.mark.django_db
PAGES = ["", "/examples", "/examples?code=python", "/reference", "/errors"]


@pytest.fixture(autouse=True)
def hospital():
    return places.save_facility(
        "31T01", name="Bệnh viện mô phỏng", kind="general-hospital", by=actor.SYSTEM
    )


@pytest.mark.parametrize("page", PAGES)
def test_pages_are_open_and_in_english_first(client, page):
    answer = client.get(f"/developers{page}")

    text = answer.content.decode()
    assert answer.status_code == 200
    assert '<html lang="en"' in text
    assert "For developers" in text


def test_a_slash_too_many_leads_there_as_well(client):
    assert "For developers" in client.get("/developers/").content.decode()


def test_whoever_chose_vietnamese_reads_vietnamese(client, settings):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "vi"

    assert "Kết nối hệ thống của bạn" in client.get("/developers").content.decode()


def test_the_page_lists_what_is_served(client):
    text = client.get("/developers/reference").content.decode()

    for told in (
        "$match",
        "$unmerge",
        "/fhir/Patient/&lt;id&gt;/$summary",
        "gateway.use_fhir",
        "POST /gateway/claims",
    ):
        assert told in text


def test_every_operation_and_address_says_what_it_is_for(client, settings):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "vi"
    text = client.get("/developers/reference").content.decode()

    assert all(one["purpose"] in text and "://" not in one["purpose"] for one in facts.served())
    assert len(facts.addresses()) >= 5
    assert all(what in text for _method, _path, what in facts.addresses())
    assert "Send dossiers" not in text


def test_the_limits_are_those_that_hold(client, settings):
    settings.HAIDANG_MATCHES_PER_MINUTE = 61

    told = dict(facts.limits())
    text = client.get("/developers/reference").content.decode()

    assert told["Hỏi $match"] == "61 lần một phút"
    assert told["Gọi /oauth từ một địa chỉ mạng"] == "300 lần trong 5 phút"
    assert {"600 lần một phút", "120 lần một phút", "64 KB"} <= set(told.values())
    assert set(told.values()) >= {bundles.MOST_ASKED, negotiation.MOST_PARAMETERS}
    assert all(one in text for one in ("300 times in 5 minutes", "Retry-After", "413"))


def test_more_parameters_than_told_are_refused_as_told():
    fhir = Fhir(None, ["gateway.use_fhir", "system/*.rs"])
    query = "&".join("_tag=x" for _ in range(negotiation.MOST_PARAMETERS + 1))

    assert fhir.get(f"Patient?{query}").status_code == 413


def test_profiles_that_the_server_publishes_are_listed(client):
    fhir = Fhir(None, ["gateway.use_fhir", "system/*.cruds", "gateway.see_whole_city"])
    url = "https://haidang.vn/fhir/StructureDefinition/vn-patient"
    profile = {
        "resourceType": "StructureDefinition", "id": "vn-patient", "url": url, "name": "VnPatient", "title": "Patient (VN)",
        "status": "active", "kind": "resource", "abstract": False, "type": "Patient",
        "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Patient", "derivation": "constraint",
        "differential": {"element": [{"id": "Patient", "path": "Patient"}]},
    }  # fmt: skip
    assert fhir.put("StructureDefinition/vn-patient", profile).status_code == 201

    text = client.get("/developers/reference").content.decode()

    assert url in text
    assert "publishes no profiles" not in text


def test_profiles_are_told_in_both_languages(client, settings):
    english = html.unescape(client.get("/developers/reference").content.decode())
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "vi"
    vietnamese = html.unescape(client.get("/developers/reference").content.decode())

    for one in records.validation.published():
        for name in ("title", "description"):
            assert one[name] in vietnamese, (one["id"], name)
            assert fhirjson.in_language(one, name, "en") in english, (one["id"], name)
            assert one[name] not in english, (one["id"], name)


def test_every_text_of_a_published_profile_has_english():
    lacking = [
        (one["id"], where, text)
        for one in records.validation.published()
        for where, element, text in _texts(one)
        if fhirjson.in_language(element, where, "en") == text
    ]

    assert lacking == []


def _texts(profile):
    """(name, what holds it, text) of everything in a profile that a person reads."""
    elements = profile["differential"]["element"]
    rules = [rule for one in elements for rule in one.get("constraint", ())]
    for holder in (profile, *elements, *rules):
        for name in ("title", "description", "short", "definition", "comment", "human"):
            if name in holder:
                yield name, holder, holder[name]


def test_a_newcomer_reads_where_apps_and_services_are_registered(client):
    text = client.get("/developers").content.decode()

    assert "/quan-tri/ung-dung/" in text
    assert all(told in text for told in ("JWKS", "private_key_jwt", "system/"))


# ── Sandbox ────────────────────────────────────────────────────────────────────────────────


def test_a_sandbox_token_opens_the_door(client):
    made = client.post("/gateway/sandbox")

    token = made.json()["token"]
    assert (made.status_code, made.json()["organisation"]) == (201, "31T01")
    found = Client(headers={"Authorization": f"Bearer {token}"}).get("/fhir/Patient")
    assert found.status_code == 200


def test_the_page_shows_the_token_once(client):
    text = client.post("/developers/sandbox").content.decode()

    assert "HAIDANG_TOKEN=hd_" in text
    assert client.get("/developers/sandbox").status_code == 405


def test_a_house_with_real_people_gives_none(client, settings):
    settings.HAIDANG_SYNTHETIC = False

    refused = client.post("/gateway/sandbox", headers={"Accept": "application/json"})

    assert (refused.status_code, refused.json()["code"]) == (404, "gateway.no_sandbox")
    assert "Get a sandbox token" not in client.get("/developers").content.decode()


def test_one_address_gets_only_so_many(client, monkeypatch):
    monkeypatch.setattr(sandbox, "PER_HOUR", 2)

    assert [client.post("/gateway/sandbox").status_code for _ in range(3)] == [201, 201, 429]


def test_tokens_end_after_a_day_and_others_do_not(client):
    old, fresh = (client.post("/gateway/sandbox").json()["token"] for _ in range(2))
    _kept, own = access.create_client("HIS", ["gateway.use_fhir"], "31T01", actor.SYSTEM)
    day_before = timedelta(hours=25)
    for row in access.clients():
        if row.uid in (old.split("_")[1], own.split("_")[1]):
            row.created_at -= day_before
            row.save(update_fields=["created_at"])

    assert sandbox.sweep() == 1
    assert [access.client_of(token) is None for token in (old, fresh, own)] == [True, False, False]


def test_the_sample_dossier_is_taken_without_a_problem(client):
    token = client.post("/gateway/sandbox").json()["token"]
    sample = client.get("/gateway/sandbox/dossier.xml")
    sender = Client(headers={"Authorization": f"Bearer {token}"})

    report = sender.post(
        "/gateway/claims?wait=20", sample.content, content_type="application/xml"
    ).json()

    assert b"Synthetic" in sample.content
    (dossier,) = report["dossiers"]
    assert (dossier["state"], dossier["facility"]) == ("accepted", "31T01")
    assert [one for one in dossier["problems"] if one["severity"] == "error"] == []
    assert client.get("/gateway/sandbox/dossier.xml").content == sample.content


def test_a_house_with_real_people_has_no_sample(client, settings):
    settings.HAIDANG_SYNTHETIC = False

    refused = client.get("/gateway/sandbox/dossier.xml", headers={"Accept": "application/json"})

    assert (refused.status_code, refused.json()["code"]) == (404, "gateway.no_sandbox")


# ── Errors ─────────────────────────────────────────────────────────────────────────────────


def test_the_catalogue_holds_what_the_code_raises():
    found = {one.code: one for one in catalogue.entries()}

    assert found["fhir.only_json"].statuses == (406, 415)
    assert found["records.version_changed"].statuses == (412,)
    assert found["access.too_many"].statuses == (429,)
    assert found["people.already_merged"].english
    assert found["validation.value"].statuses == (200, 422)
    assert found["validation.id_ignored"].statuses == (200,)
    assert found["validation.fixed"].vietnamese[0].startswith("Giá trị không khớp")
    assert {"payments.signature_wrong", "metrics.not_from_here"} <= found.keys()
    assert {"payments.order_closed", "terminology.checksum_differs"}.isdisjoint(found)
    assert "access.weak_password" not in found


def test_sentences_that_only_the_callers_know_are_found():
    found = catalogue.by_code()

    unfit = found["records.parameter_unfit"]
    assert "Thiếu biểu thức FHIRPath." in unfit.vietnamese
    assert "The FHIRPath expression is missing." in unfit.english
    assert found["analytics.view_no_text"].statuses == (400,)  # by a method of a class beside
    assert any("{most}" in said for said in found["terminology.too_costly"].english)
    assert found["exchange.too_large"].statuses == (413,)


def test_every_code_says_what_to_do_in_both_languages():
    # Those that are wrapped for translation are guarded with all other sentences of the house.
    wrapped = {message.text for message, _places in translations.untranslated()}

    dashes = [
        one.code
        for one in catalogue.entries()
        if not one.vietnamese
        or not (one.english or set(one.vietnamese) & set(map(catalogue.gaps, wrapped)))
    ]

    assert dashes == [], "wrap them for translation, or name them in the part's sentences.py"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_page_of_errors_has_a_sentence_for_every_code(client, settings, language):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    text = html.unescape(client.get("/developers/errors").content.decode())

    told = "vietnamese" if language == "vi" else "english"
    assert "<div>–</div>" not in text
    assert "<div></div>" not in text
    assert all(said in text for one in catalogue.entries() for said in getattr(one, told))


def test_a_refusal_that_happens_stands_in_the_catalogue(client):
    code = json.loads(client.get("/fhir/Patient").content)["issue"][0]["details"]["coding"][0][
        "code"
    ]

    assert code in {one.code for one in catalogue.entries()}
    page = client.get("/developers/errors").content.decode().replace("<wbr>", "")
    assert f'<code class="developer-code">{code}</code>' in page


def test_every_example_has_all_its_programs():
    for one in examples.every():
        assert set(one.programs) == set(examples.LANGUAGES)
        assert all(one.programs.values())
