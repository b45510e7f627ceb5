"""HTTP as FHIR uses it: formats, preferences, conditions, and the headers of each answer."""

import pytest

from haidang.kernel import fhirjson
from haidang.portals.gateway.tests.fhir_client import Fhir, code_of, read, weight

pytestmark = pytest.mark.django_db
FHIR_JSON = "application/fhir+json"


@pytest.fixture
def observation(hospital, patient):
    return read(hospital.post("Observation", weight(patient)))


@pytest.fixture
def path(observation):
    return f"Observation/{observation['id']}"


# ── Formats ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        (FHIR_JSON, 200), ("application/json", 200), ("*/*", 200), ("", 200), ("text/html", 200),
        ("application/fhir+xml, application/fhir+json;q=0.5", 200), ("text/turtle, */*;q=0.1", 200),
        (f"{FHIR_JSON}; fhirVersion=4.0", 200), (f'{FHIR_JSON}; FHIRVERSION="4.0.1"', 200),
        ("application/fhir+xml", 406), ("text/plain", 406), ("garbage", 406),
        (f"{FHIR_JSON};q=0", 406), ("*/*;q=0.0", 406), (f"{FHIR_JSON};q=0, */*;q=0.1", 406),
        (f"{FHIR_JSON}; fhirVersion=3.0", 406), (f"{FHIR_JSON}; fhirVersion=5.0", 406),
        (f"{FHIR_JSON}; fhirVersion=5.0, {FHIR_JSON}; fhirVersion=4.0; q=0.5", 200),
    ],
)  # fmt: skip
def test_a_client_gets_json_or_hears_that_there_is_nothing_else(hospital, path, accept, status):
    answer = hospital.get(path, Accept=accept)

    assert answer.status_code == status
    assert answer["Content-Type"] == "application/fhir+json; charset=utf-8"


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("json", 200), ("application/fhir%2Bjson", 200), ("application/fhir+json", 200),
        ("xml", 406), ("application/fhir%2Bjson;fhirVersion=3.0", 406),
    ],
)  # fmt: skip
def test_the_format_of_the_address_outdoes_the_header(hospital, path, asked, status):
    answer = hospital.get(f"{path}?_format={asked}", Accept="application/fhir+xml")

    assert answer.status_code == status


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (FHIR_JSON, 201), ("application/json", 201), (f"{FHIR_JSON}; charset=UTF-8", 201),
        (f"{FHIR_JSON}; fhirVersion=4.0", 201), ("Application/FHIR+JSON", 201),
        (f"{FHIR_JSON}; charset=iso-8859-1", 415), (f"{FHIR_JSON}; fhirVersion=3.0", 415),
        ("application/fhir+xml", 415), ("text/plain", 415),
    ],
)  # fmt: skip
def test_what_is_sent_says_that_it_is_our_json(hospital, patient, kind, status):
    answer = hospital._send("post", "Observation", weight(patient), {}, kind)

    assert answer.status_code == status
    if status == 415:
        assert code_of(answer) == "fhir.only_json"


def test_a_search_takes_a_form_and_nothing_else(hospital, path, observation):
    form = f"_id={observation['id']}"

    found = hospital.http.post("/fhir/Observation/_search", form, content_type="application/x-www-form-urlencoded; charset=UTF-8")  # fmt: skip
    json = hospital.http.post("/fhir/Observation/_search", "{}", content_type=FHIR_JSON)
    xml = hospital.http.post("/fhir/Observation/_search", f"{form}&_format=xml", content_type="application/x-www-form-urlencoded")  # fmt: skip

    assert len(read(found)["entry"]) == 1
    assert (json.status_code, code_of(json)) == (415, "fhir.only_form")
    assert (xml.status_code, code_of(xml)) == (406, "fhir.only_json")


def test_who_sends_no_patch_is_told_which_are_taken(hospital, path):
    for content, kind in (([], "application/json"), ({"resourceType": "Observation"}, FHIR_JSON)):
        answer = hospital._send("patch", path, content, {}, kind)

        assert (answer.status_code, code_of(answer)) == (415, "fhir.only_json_patch")
        assert answer["Accept-Patch"] == "application/json-patch+json, application/fhir+json"


@pytest.mark.parametrize(
    "prefer",
    [
        "return=minimal", 'return="minimal"', "Return=Minimal", "return = minimal",
        "handling=strict, return=minimal", "return=minimal, return=representation",
    ],
)  # fmt: skip
def test_a_preference_is_read_however_it_is_written(hospital, patient, prefer):
    answer = hospital.post("Observation", weight(patient), Prefer=prefer)

    assert (answer.status_code, answer.content) == (201, b"")


# ── Conditions ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("zone", [" GMT", " -0000", ""])
def test_what_has_not_changed_since_is_not_sent_again(hospital, path, zone):
    moment = hospital.get(path)["Last-Modified"].removesuffix(" GMT") + zone

    answer = hospital.get(path, **{"If-Modified-Since": moment})

    assert (answer.status_code, answer["ETag"]) == (304, 'W/"1"')
    assert "Content-Type" not in answer


def test_a_known_version_is_not_sent_again_by_its_own_address(hospital, path):
    known = {"If-None-Match": 'W/"1"'}

    assert hospital.get(f"{path}/_history/1", **known).status_code == 304
    assert hospital.get(f"{path}/_history/1", **{"If-None-Match": 'W/"2"'}).status_code == 200


def test_what_must_not_be_there_is_not_replaced(hospital, patient, path, observation):
    none = {"If-None-Match": "*"}
    heavier = weight(patient, "70.0", id=observation["id"])

    refused = hospital.put(path, heavier, **none)
    made = hospital.put("Observation/other", weight(patient, id="other"), **none)

    assert (refused.status_code, code_of(refused)) == (412, "records.version_changed")
    assert hospital.get(path)["ETag"] == 'W/"1"'
    assert made.status_code == 201


def test_whichever_version_there_is_may_be_named_by_a_star(hospital, patient, path, observation):
    star = {"If-Match": "*"}
    heavier = weight(patient, "70.0", id=observation["id"])

    changed = hospital.put(path, heavier, **star)
    absent = hospital.put("Observation/other", weight(patient, id="other"), **star)
    gone = hospital.delete(path, **star)
    again = hospital.put(path, heavier, **star)

    assert (changed.status_code, changed["ETag"]) == (200, 'W/"2"')
    assert (absent.status_code, code_of(absent)) == (412, "records.nothing_to_match")
    assert gone.status_code == 204
    assert again.status_code == 412


# ── Headers of the answer ──────────────────────────────────────────────────────────────────


def test_head_says_what_get_says(hospital, path):
    got, head = hospital.get(path), hospital.http.head(f"/fhir/{path}")

    assert (head.status_code, head.content) == (200, b"")
    assert "Location" not in head
    for name in ("ETag", "Last-Modified", "Content-Type"):
        assert head[name] == got[name]


def test_what_was_said_already_is_not_created_again(hospital, patient, path, observation):
    same = weight(patient, id=observation["id"])
    entry = {"resource": same, "request": {"method": "PUT", "url": path}}

    alone = hospital.put(path, same)
    matching = hospital.put(f"Observation?_id={observation['id']}", same)
    bundle = hospital.post("", {"resourceType": "Bundle", "type": "transaction", "entry": [entry]})

    assert (alone.status_code, alone["ETag"]) == (200, 'W/"1"')
    assert matching.status_code == 200
    assert read(bundle)["entry"][0]["response"]["status"] == "200 OK"


def test_a_delete_names_the_version_that_deletes(hospital, path, observation):
    answer = hospital.delete(f"Observation?_id={observation['id']}")

    newest = read(hospital.get(f"{path}/_history"))["entry"][0]
    assert (answer.status_code, answer["ETag"]) == (204, 'W/"2"')
    assert newest["response"]["etag"] == 'W/"2"'
    assert "Content-Type" not in answer


@pytest.mark.parametrize(
    ("url", "status"),
    [("Patient/_search", "422"), ("Patient/p1/Observation", "405"), ("Patient/p1", "405")],
)
def test_in_a_bundle_a_post_creates_at_a_type_alone(hospital, url, status):
    person = {"resourceType": "Patient", "name": [{"text": "Người Thử Hai"}]}
    entry = {"resource": person, "request": {"method": "POST", "url": url}}

    answer = hospital.post("", {"resourceType": "Bundle", "type": "batch", "entry": [entry]})

    (told,) = read(answer)["entry"]
    assert told["response"]["status"] == status
    assert "entry" not in read(hospital.get("Patient"))


@pytest.mark.parametrize(
    "address", ["$nothing", "Patient/$nothing", "Patient/p1/$docref", "Patient/p1/$nothing"]
)
def test_an_operation_that_is_not_served_is_no_type(db, address):
    client = Fhir("31001")

    for answer in (client.get(address), client.post(address, {"resourceType": "Parameters"})):
        assert (answer.status_code, code_of(answer)) == (404, "fhir.address_unknown")


def test_a_form_and_an_address_are_searched_by_together(hospital, observation):
    found = hospital.http.post(
        "/fhir/Observation/_search?status=final",
        f"_id={observation['id']}",
        content_type="application/x-www-form-urlencoded",
    )

    (link,) = fhirjson.loads(found.content)["link"]
    assert link["url"].endswith(f"/fhir/Observation?status=final&_id={observation['id']}")


# ── For people's eyes ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("{path}?_pretty=true", 200), ("{path}?_pretty=true&_format=json", 200), ("{path}?_format=application/fhir%2Bjson&_pretty=true", 200),
        ("Observation?_pretty=true&status=final", 200), ("Observation/_history?_pretty=true", 200), ("metadata?_pretty=true", 200),
        ("Observation/none?_pretty=true", 404), ("Nothing?_pretty=true", 404), ("Patient/$match?_pretty=true", 405),
    ],
)  # fmt: skip
def test_an_answer_is_laid_out_for_people_who_ask_for_it(hospital, path, address, status):
    address = address.format(path=path)
    answer, plain = hospital.get(address), hospital.get(address.replace("_pretty=true", "_pretty=false"))  # fmt: skip

    assert (answer.status_code, answer["Content-Type"]) == (status, plain["Content-Type"])
    assert answer.content.startswith(b'{\n  "resourceType": "')
    assert b"\n" not in plain.content
    ours, theirs = read(answer), read(plain)
    for each in (ours, theirs):
        each.pop("link", None)
    assert ours == theirs


def test_what_is_laid_out_keeps_its_digits(hospital, path):
    assert b'"value": 61.50,' in hospital.get(f"{path}?_pretty=true").content


def test_a_format_that_is_not_ours_is_refused_in_a_pretty_way_too(hospital, path):
    answer = hospital.get(f"{path}?_pretty=true&_format=xml")

    assert (answer.status_code, code_of(answer)) == (406, "fhir.only_json")
    assert answer.content.startswith(b'{\n  "')


def test_what_is_written_or_searched_by_a_form_is_laid_out_as_well(hospital, patient, observation):
    made = hospital.post("Observation?_pretty=true", weight(patient))
    batch = hospital.post("?_pretty=true", {"resourceType": "Bundle", "type": "batch", "entry": [{"request": {"method": "GET", "url": "Observation?_pretty=true"}}]})  # fmt: skip
    form = hospital.http.post(
        "/fhir/Observation/_search", f"_id={observation['id']}&_pretty=true",
        content_type="application/x-www-form-urlencoded",
    )  # fmt: skip

    assert (made.status_code, batch.status_code, form.status_code) == (201, 200, 200)
    assert all(each.content.startswith(b'{\n  "') for each in (made, batch, form))
    assert len(read(form)["entry"]) == 1
    assert len(read(batch)["entry"][0]["resource"]["entry"]) == 2


def test_an_answer_without_content_stays_so(hospital, path):
    gone = hospital.delete(f"{path}?_pretty=true")
    known = hospital.get("metadata?_pretty=true")

    assert (gone.status_code, gone.content) == (204, b"")
    assert known["Content-Type"] == "application/fhir+json; charset=utf-8"


@pytest.mark.parametrize(
    ("where", "more", "total"),
    [
        ("Observation/{id}", "", 3), ("Observation", "", 4), ("", "", 5), ("Patient", "", 1),
        ("Observation", "&_since=2999-01-01", 0), ("Observation/{id}", "&_since=2999-01-01", 0),
        ("Observation", "&_at=2999-01-01", 2),
    ],
)  # fmt: skip
def test_a_history_of_none_tells_the_total_alone(hospital, patient, where, more, total):
    made = read(hospital.post("Observation", weight(patient)))
    path = f"Observation/{made['id']}"
    hospital.put(path, weight(patient, "62.0", id=made["id"]))
    hospital.delete(path)
    hospital.post("Observation", weight(patient))
    address = f"{where.format(id=made['id'])}/_history?_count=0{more}".lstrip("/")

    history = read(hospital.get(address))

    assert (history["type"], history["total"]) == ("history", total)
    assert "entry" not in history
    assert [link["relation"] for link in history["link"]] == ["self"]
    assert hospital.get("Observation/nobody/_history?_count=0").status_code == 404


@pytest.mark.parametrize("where", ["Observation", "", "Observation/_history", "{path}/_history", "Patient/{id}/$everything"])  # fmt: skip
def test_every_link_asks_for_its_page_in_the_same_form(hospital, patient, observation, path, where):
    hospital.put(path, weight(patient, "62.0", id=observation["id"]))
    hospital.post("Observation", weight(patient))
    where = where.format(path=path, id=patient["id"])

    page = read(hospital.get(f"{where}?_count=1&_pretty=true&_format=json"))

    links = {link["relation"]: link["url"] for link in page["link"]}
    assert {"self", "next"} <= links.keys()
    assert all("_pretty=true" in url and "_format=json" in url for url in links.values())
    following = hospital.http.get(links["next"].removeprefix("http://testserver"))
    assert following.status_code == 200
    assert following.content.startswith(b'{\n  "')


def test_a_form_that_wants_it_laid_out_is_followed_by_pages_that_are(hospital, patient):
    for _each in range(2):
        hospital.post("Observation", weight(patient))

    found = hospital.http.post(
        "/fhir/Observation/_search", "_count=1&_pretty=true",
        content_type="application/x-www-form-urlencoded",
    )  # fmt: skip

    assert all("_pretty=true" in link["url"] for link in read(found)["link"])


def test_a_history_names_in_its_links_what_counted(hospital, path):
    (link,) = read(hospital.get(f"{path}/_history?color=red&_count=5"))["link"]

    assert link["url"].endswith(f"/fhir/{path}/_history?_count=5")


@pytest.mark.parametrize("name", ["_since", "_at"])
def test_a_moment_of_a_history_that_cannot_be_read_is_named(hospital, path, name):
    answer = hospital.get(f"{path}/_history?{name}=someday")

    assert (answer.status_code, code_of(answer)) == (400, "fhir.parameter_unreadable")
    assert name in read(answer)["issue"][0]["diagnostics"]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("en", "What was sent is not readable JSON"), ("vi", "Nội dung gửi lên không phải JSON đọc được")],
)  # fmt: skip
def test_what_the_kernel_refuses_is_told_in_the_language_of_who_asks(hospital, language, sentence):
    answer = hospital.http.post(
        "/fhir/Patient", "{", content_type=FHIR_JSON, headers={"Accept-Language": language}
    )

    assert answer.status_code == 400
    assert read(answer)["issue"][0]["details"]["text"].startswith(sentence)
