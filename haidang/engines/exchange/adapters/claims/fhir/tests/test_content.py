"""What a reader of the record finds: the right resources, in words, with the right links."""

import pytest

from haidang.engines.exchange.adapters.claims.fhir import to_fhir
from haidang.engines.exchange.adapters.claims.fhir.homes import course
from haidang.engines.exchange.adapters.claims.fhir.tests import samples
from haidang.engines.exchange.adapters.claims.tests import examples
from haidang.kernel import systems

PERSON = "Patient/p1"


def made_of(dossier, **more):
    return to_fhir.map(dossier, PERSON, **more)


def only(resources, kind):
    found = [r for r in resources if r["resourceType"] == kind]
    assert len(found) == 1, [r["resourceType"] for r in resources]
    return found[0]


def all_of(resources, kind):
    return [r for r in resources if r["resourceType"] == kind]


def extension(resource, name):
    url = systems.extension(name)
    return next((e for e in resource.get("extension", ()) if e["url"] == url), None)


# --- the visit --------------------------------------------------------------------------------


def test_diagnoses_carry_the_words_of_the_facility():
    made = made_of(samples.typical())

    texts = [c["code"]["text"] for c in all_of(made, "Condition")]

    assert texts == ["Tăng huyết áp vô căn", "Đái tháo đường típ 2"]
    assert [d["rank"] for d in made[0]["diagnosis"]] == [1, 2]


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("I10 - Tăng huyết áp", "Tăng huyết áp"),
        ("Tăng huyết áp (I10)", "Tăng huyết áp"),
        ("Tăng huyết áp; theo dõi thêm", "Tăng huyết áp; theo dõi thêm"),
    ],
)
def test_a_code_inside_the_words_is_not_shown_twice(words, shown):
    made = made_of(examples.outpatient(CHAN_DOAN_RV=words))

    assert only(made, "Condition")["code"]["text"] == shown


def test_words_that_do_not_fit_the_codes_stay_with_the_principal_diagnosis():
    made = made_of(
        examples.outpatient(MA_BENH_KT="E11.9;J00", CHAN_DOAN_RV="Tăng huyết áp; Đái tháo đường")
    )

    texts = [c["code"]["text"] for c in all_of(made, "Condition")]

    assert texts[0] == "Tăng huyết áp; Đái tháo đường"
    assert len(texts) == 3


def test_names_of_codes_may_come_from_outside():
    made = made_of(examples.outpatient(), display=lambda system, code: f"{code} có tên")

    assert only(made, "Condition")["code"]["coding"][0]["display"] == "I10 có tên"


def test_traditional_diagnoses_pair_with_the_others():
    made = made_of(examples.outpatient(MA_BENH_KT="J00", MA_BENH_YHCT="U50.1;U50.2"))

    codes = [c["code"]["coding"][1]["code"] for c in all_of(made, "Condition")]

    assert codes == ["U50.1", "U50.2"]


@pytest.mark.parametrize(
    ("visit_type", "expected"),
    [
        ("01", "AMB"),
        ("03", "IMP"),
        ("09", "SS"),
        ("12", "HH"),
        ("14", "VR"),
        ("11", "FLD"),
        ("", "AMB"),
    ],
)
def test_the_class_follows_the_kind_of_care(visit_type, expected):
    made = made_of(examples.outpatient(MA_LOAI_KCB=visit_type))

    assert made[0]["class"]["code"] == expected


def test_an_emergency_and_a_death_are_told_in_the_words_of_hl7():
    encounter = made_of(examples.outpatient(MA_DOITUONG_KCB="2", KET_QUA_DTRI="5"))[0]

    assert encounter["type"][-1]["coding"][0]["code"] == "EMER"
    assert encounter["hospitalization"]["dischargeDisposition"]["coding"][-1]["code"] == "exp"


def test_beds_and_wards_are_places_of_the_stay():
    dossier = examples.outpatient(MA_KHOA="K02;K03")
    bed = {
        "MA_NHOM": "15",
        "MA_GIUONG": "H001",
        "NGAY_YL": "202603020800",
        "NGAY_KQ": "202603021000",
    }
    dossier.tables["XML3"].append(examples.service("v", 3, **bed))

    places = made_of(dossier)[0]["location"]

    assert [p["location"]["identifier"]["value"] for p in places] == ["K02", "K03", "H001"]
    assert places[0]["location"]["display"] == "Khoa Hồi sức cấp cứu"
    assert places[2]["physicalType"]["coding"][0]["code"] == "bd"
    assert places[2]["period"]["end"] == "2026-03-02T10:00:00+07:00"


def test_each_card_is_a_coverage():
    made = made_of(
        examples.outpatient(
            MA_THE_BHYT="DN4313199000001;GD4313199000001",
            MA_DKBD="31T01;31002",
            GT_THE_TU="20260101;20260301",
            GT_THE_DEN="20260228;20261231",
        )
    )

    cards = all_of(made, "Coverage")

    assert [c["identifier"][0]["value"][:2] for c in cards] == ["DN", "GD"]
    assert [c["period"]["end"] for c in cards] == ["2026-02-28", "2026-12-31"]
    assert cards[1]["subscriberId"] == "3199000001"
    assert [i["focal"] for i in only(made, "Claim")["insurance"]] == [True, False]


def test_a_visit_without_a_card_claims_nothing_of_a_card():
    nothing = dict.fromkeys(("MA_THE_BHYT", "MA_DKBD", "GT_THE_TU", "GT_THE_DEN"), "")
    made = made_of(examples.outpatient(MA_DOITUONG_KCB="9", **nothing))

    assert all_of(made, "Coverage") == []
    assert "display" in only(made, "Claim")["insurance"][0]["coverage"]


# --- drugs, services, results -----------------------------------------------------------------


def test_a_drug_is_ordered_handed_over_and_billed():
    made = made_of(examples.outpatient())

    order, given = only(made, "MedicationRequest"), only(made, "MedicationDispense")
    item = only(made, "Claim")["item"][0]

    assert order["medicationCodeableConcept"]["text"] == "Thuốc mẫu"
    assert order["dispenseRequest"]["quantity"] == {"value": 100, "unit": "Viên"}
    assert given["authorizingPrescription"] == [{"reference": f"MedicationRequest/{order['id']}"}]
    assert item["productOrService"]["text"] == "Thuốc mẫu"
    assert only(made, "Invoice")["lineItem"][0]["sequence"] == item["sequence"]


def test_a_drug_that_was_not_handed_over_is_only_an_order():
    dossier = examples.outpatient()
    dossier.tables["XML2"][0]["NGAY_TH_YL"] = ""

    assert all_of(made_of(dossier), "MedicationDispense") == []


def test_a_result_joins_the_report_of_its_order():
    made = made_of(examples.outpatient())

    report, order = only(made, "DiagnosticReport"), only(made, "ServiceRequest")
    result = next(
        o for o in all_of(made, "Observation") if o["id"] in report["result"][0]["reference"]
    )

    assert report["basedOn"] == [{"reference": f"ServiceRequest/{order['id']}"}]
    assert result["valueQuantity"]["unit"] == "mmol/L"
    assert result["effectiveDateTime"] == report["effectiveDateTime"]
    assert {"system": systems.LOINC, "code": "14749-6"} in result["code"]["coding"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("7.2", {"valueQuantity": {"value": "7.2", "unit": "mmol/L"}}),
        ("7,2", {"valueQuantity": {"value": "7.2", "unit": "mmol/L"}}),
        ("<0.5", {"valueQuantity": {"value": "0.5", "comparator": "<", "unit": "mmol/L"}}),
        ("≥ 5", {"valueQuantity": {"value": "5", "comparator": ">=", "unit": "mmol/L"}}),
        ("Âm tính", {"valueString": "Âm tính"}),
        ("120/80", {"valueString": "120/80"}),
    ],
)
def test_values_are_numbers_where_they_are_numbers(text, value):
    dossier = examples.outpatient()
    dossier.tables["XML4"][0]["GIA_TRI"] = text

    result = next(o for o in all_of(made_of(dossier), "Observation") if "issued" in o)

    found = {k: v for k, v in result.items() if k.startswith("value")}
    if "valueQuantity" in found:
        found["valueQuantity"]["value"] = str(found["valueQuantity"]["value"])
    assert found == value


def test_the_reading_of_an_image_is_the_conclusion_of_its_report():
    dossier = examples.outpatient()
    image = {"MA_NHOM": "2", "MA_DICH_VU": "18.0001.0001", "TEN_DICH_VU": "Siêu âm ổ bụng"}
    dossier.tables["XML3"].append(examples.test("v", 3, **image))
    dossier.tables["XML4"] = [
        examples.row(
            "XML4", 1, MA_DICH_VU="18.0001.0001", KET_LUAN="Bình thường", MO_TA="Gan không to"
        )
    ]

    reports = {r["code"]["text"]: r for r in all_of(made_of(dossier), "DiagnosticReport")}

    assert reports["Siêu âm ổ bụng"]["conclusion"] == "Bình thường"
    assert reports["Siêu âm ổ bụng"]["category"][0]["coding"][0]["code"] == "RAD"
    assert "result" not in reports["Siêu âm ổ bụng"]


def test_a_result_without_a_line_still_has_a_report():
    dossier = examples.outpatient()
    dossier.tables["XML3"] = []

    report = only(made_of(dossier), "DiagnosticReport")

    assert len(report["result"]) == 1


def test_an_operation_is_a_procedure_with_its_order():
    dossier = examples.outpatient()
    operation = {"MA_NHOM": "8", "MA_PTTT_QT": "47.01;54.11", "PP_VO_CAM": "1"}
    dossier.tables["XML3"].append(examples.test("v", 3, **operation))

    procedure = only(made_of(dossier), "Procedure")

    assert [c["code"] for c in procedure["code"]["coding"][1:]] == ["47.01", "54.11"]
    assert procedure["performer"][0]["actor"]["identifier"]["value"] == "000003/HP-CCHN"


def test_a_supply_names_the_service_that_used_it():
    dossier = examples.outpatient()
    supply = {"MA_VAT_TU": "N03.01", "TEN_VAT_TU": "Chỉ khâu", "MA_NHOM": "10"}
    dossier.tables["XML3"].append(examples.service("v", 3, **supply))

    item = only(made_of(dossier), "Claim")["item"][-1]

    assert item["productOrService"]["text"] == "Chỉ khâu"
    assert extension(item, "used-in-service")["valueCodeableConcept"]["text"] == "Khám Nội"


# --- the course and the papers ----------------------------------------------------------------


def test_vital_signs_are_read_from_their_short_form():
    signs = course.vital_signs("Bệnh tỉnh. CSST<M75_T37,5_HA120/70_NT18_SP98_HL2> ăn được")

    shown = {s["code"]["text"]: str(s["valueQuantity"]["value"]) for s in signs}

    assert shown == {
        "Mạch": "75",
        "Nhiệt độ": "37.5",
        "Huyết áp tâm thu": "120",
        "Huyết áp tâm trương": "70",
        "Nhịp thở": "18",
        "SpO2": "98",
    }


@pytest.mark.parametrize("text", ["", "Bệnh tỉnh", "CSST<>", "CSST<M_T_HA120>", "CSST<Mabc>"])
def test_notes_without_signs_make_no_signs(text):
    assert course.vital_signs(text) == []


def test_a_paper_is_found_by_its_entry():
    dossier = examples.outpatient()
    dossier.tables["XML7"] = [
        examples.row(
            "XML7",
            SO_LUU_TRU="26.001",
            CHAN_DOAN_RV="Tăng huyết áp",
            PP_DIEUTRI="Nội khoa",
            NGAY_CT="20260302",
        )
    ]

    made = made_of(dossier)
    paper, entry = only(made, "Composition"), only(made, "DocumentReference")

    assert paper["title"] == "Giấy ra viện"
    assert [s["title"] for s in paper["section"]] == ["Chẩn đoán", "Phương pháp điều trị"]
    assert paper["date"] == "2026-03-02"
    assert entry["content"][0]["attachment"]["url"] == f"Composition/{paper['id']}/$document"
    assert entry["identifier"][0]["value"] == "26.001"


def test_a_referral_is_an_order_to_another_facility():
    dossier = examples.outpatient()
    dossier.tables["XML13"] = [
        examples.row(
            "XML13", GIAY_CHUYEN_TUYEN="CT01", MA_CSKCB_DEN="31002", HO_TEN="Nguyễn Văn Mẫu"
        )
    ]

    made = made_of(dossier)
    referral = next(r for r in all_of(made, "ServiceRequest") if r["status"] == "active")

    assert referral["performer"][0]["identifier"]["value"] == "31002"
    assert extension(only(made, "Composition"), "claims-same")["valueString"] == "XML13/1 HO_TEN"


def test_an_appointment_paper_speaks_before_the_plain_date():
    dossier = samples.typical()
    dossier.tables["XML14"] = [examples.row("XML14", NGAY_HEN_KL="20260402", SO_GIAYHEN_KL="H1")]

    appointment = only(made_of(dossier), "Appointment")

    assert appointment["requestedPeriod"] == [{"start": "2026-04-02"}]


def test_a_birth_certificate_introduces_the_child():
    dossier = examples.outpatient()
    dossier.tables["XML9"] = [
        examples.row(
            "XML9",
            HO_TEN_CON="Nguyễn An",
            GIOI_TINH_CON="2",
            NGAY_SINH_CON="202603020130",
            HO_TEN_NND="Trần Thị Mẫu",
            SO_CCCD_NND="031190000001",
        )
    ]

    paper = only(made_of(dossier), "Composition")
    child, carer = paper["contained"]

    assert (child["gender"], child["birthDate"]) == ("female", "2026-03-02")
    assert carer["patient"] == {"reference": "#patient"}
    assert carer["identifier"][0]["system"] == systems.CITIZEN_ID


# --- who, whence, marked ----------------------------------------------------------------------


def test_every_resource_leads_to_the_message():
    made = made_of(samples.typical(), received="2026-03-02T10:00:00+07:00", message_ref="abc")

    provenance = made[-1]

    assert {t["reference"] for t in provenance["target"]} == {PERSON} | {
        f"{r['resourceType']}/{r['id']}" for r in made[:-1]
    }
    assert provenance["entity"][0]["what"]["identifier"]["value"] == "abc"


def test_synthetic_data_says_so_everywhere():
    made = made_of(samples.typical(), synthetic=True)

    assert all(
        systems.is_synthetic(r) for r in [*made, to_fhir.patient(samples.typical(), synthetic=True)]
    )


def test_staff_are_known_by_licence_or_by_social_insurance():
    dossier = examples.outpatient()
    dossier.tables["XML3"][1]["NGUOI_THUC_HIEN"] = "000003/HP-CCHN;3100000001"

    performers = only(made_of(dossier), "DiagnosticReport")["performer"]

    assert [p["identifier"]["system"] for p in performers] == [
        systems.PRACTICE_LICENCE,
        systems.SOCIAL_INSURANCE,
    ]


def test_a_check_in_opens_the_encounter_that_the_dossier_closes():
    dossier = examples.outpatient("v1")
    row = examples.row(
        "XML0",
        MA_LK="v1",
        MA_CSKCB="31T01",
        NGAY_VAO="202603020800",
        MA_DICH_VU="02.1896",
        TEN_DICH_VU="Khám Nội",
    )

    opened = only(to_fhir.map_check_in(row, PERSON), "Encounter")
    closed = made_of(dossier)[0]

    assert opened["id"] == closed["id"]
    assert (opened["status"], closed["status"]) == ("in-progress", "finished")
