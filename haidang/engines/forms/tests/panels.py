"""Questionnaires in the shape that LOINC panels and LHC-Forms have; the words are ours."""

LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"
_FREQUENCY = [
    {"code": "LA6568-5", "system": LOINC, "display": "Không lần nào", "ordinal": 0},
    {"code": "LA6569-3", "system": LOINC, "display": "Vài ngày", "ordinal": 1},
    {"code": "LA6570-1", "system": LOINC, "display": "Hơn nửa số ngày", "ordinal": 2},
    {"code": "LA6571-9", "system": LOINC, "display": "Gần như mỗi ngày", "ordinal": 3},
]
_ORDINAL = "http://hl7.org/fhir/StructureDefinition/ordinalValue"


def _answers():
    return [
        {
            "valueCoding": {k: v for k, v in one.items() if k != "ordinal"}
            | {"extension": [{"url": _ORDINAL, "valueDecimal": one["ordinal"]}]}
        }
        for one in _FREQUENCY
    ]


#: Slashes in link ids, coded answers, a total that only a machine writes.
MOOD = {
    "resourceType": "Questionnaire",
    "status": "active",
    "url": "http://example.org/fhir/Questionnaire/mood",
    "title": "Tâm trạng trong hai tuần qua",
    "code": [{"system": LOINC, "code": "44249-1"}],
    "item": [
        {
            "linkId": f"/{code}",
            "code": [{"system": LOINC, "code": code}],
            "text": text,
            "type": "choice",
            "required": True,
            "answerOption": _answers(),
        }
        for code, text in (
            ("44250-9", "Ít hứng thú khi làm việc"),
            ("44255-8", "Buồn hoặc tuyệt vọng"),
        )
    ]
    + [{"linkId": "/44261-6", "text": "Tổng điểm", "type": "decimal", "readOnly": True}],
}

_UNIT_OPTION = "http://hl7.org/fhir/StructureDefinition/questionnaire-unitOption"
_UNIT = "http://hl7.org/fhir/StructureDefinition/questionnaire-unit"

#: Quantities with one unit and with several, an open choice, answers from contained value sets.
VITAL_SIGNS = {
    "resourceType": "Questionnaire",
    "status": "active",
    "url": "http://example.org/fhir/Questionnaire/vital-signs",
    "title": "Dấu hiệu sinh tồn",
    "contained": [
        {
            "resourceType": "ValueSet",
            "id": "posture",
            "status": "active",
            "expansion": {
                "contains": [
                    {"system": LOINC, "code": "LA11868-9", "display": "Ngồi"},
                    {"system": LOINC, "code": "LA11871-3", "display": "Nằm"},
                ]
            },
        },
        {
            "resourceType": "ValueSet",
            "id": "diagnosis",
            "status": "active",
            "compose": {"include": [{"system": "http://hl7.org/fhir/sid/icd-10"}]},
        },
    ],
    "item": [
        {
            "linkId": "/8867-4",
            "text": "Mạch",
            "type": "quantity",
            "required": True,
            "extension": [
                {
                    "url": _UNIT,
                    "valueCoding": {"system": UCUM, "code": "/min", "display": "lần/phút"},
                }
            ],
        },
        {
            "linkId": "/8310-5",
            "text": "Nhiệt độ",
            "type": "quantity",
            "extension": [
                {
                    "url": _UNIT_OPTION,
                    "valueCoding": {"system": UCUM, "code": "Cel", "display": "°C"},
                },
                {
                    "url": _UNIT_OPTION,
                    "valueCoding": {"system": UCUM, "code": "[degF]", "display": "°F"},
                },
            ],
        },
        {
            "linkId": "/8361-8",
            "text": "Tư thế",
            "type": "open-choice",
            "answerValueSet": "#posture",
        },
        {
            "linkId": "/29308-4",
            "text": "Chẩn đoán",
            "type": "choice",
            "answerValueSet": "#diagnosis",
        },
        {
            "linkId": "/why",
            "text": "Vì sao sốt",
            "type": "text",
            "enableWhen": [
                {
                    "question": "/8310-5",
                    "operator": ">",
                    "answerQuantity": {"value": 38, "system": UCUM, "code": "Cel"},
                }
            ],
        },
    ],
}

#: Much that a form of ours holds, and much that it has no place for.
SCREENING = {
    "resourceType": "Questionnaire",
    "status": "active",
    "url": "http://example.org/fhir/Questionnaire/screening",
    "title": "Sàng lọc tâm trạng",
    "code": [{"system": LOINC, "code": "44249-1"}],
    "extension": [
        {
            "url": "http://hl7.org/fhir/StructureDefinition/variable",
            "valueExpression": {"name": "a", "language": "text/fhirpath", "expression": "1"},
        }
    ],
    "item": [
        {
            "linkId": "/intro",
            "type": "display",
            "text": "Trong hai tuần qua",
            "_text": {
                "extension": [
                    {
                        "url": "http://hl7.org/fhir/StructureDefinition/rendering-markdown",
                        "valueMarkdown": "Trong **hai tuần** qua:\n\n- mỗi ngày\n- mỗi đêm",
                    }
                ]
            },
        },
        {
            "linkId": "/g",
            "type": "group",
            "text": "Các câu hỏi",
            "repeats": True,
            "item": [
                {
                    "linkId": "/g/1",
                    "prefix": "1.",
                    "code": [{"system": LOINC, "code": "44250-9"}],
                    "text": "Ít hứng thú",
                    "type": "choice",
                    "answerOption": _answers(),
                    "_text": {
                        "extension": [
                            {
                                "url": "http://hl7.org/fhir/StructureDefinition/rendering-xhtml",
                                "valueString": "<p>Ít <b onclick='x()'>hứng thú</b></p><script>x()</script>",
                            }
                        ]
                    },
                },
                {"linkId": "/g/2", "text": "Lúc nào", "type": "dateTime"},
            ],
        },
        {
            "linkId": "/total",
            "text": "Tổng điểm",
            "type": "integer",
            "required": True,
            "readOnly": True,
            "extension": [
                {
                    "url": "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression",
                    "valueExpression": {"language": "text/fhirpath", "expression": "1 + 1"},
                }
            ],
        },
    ],
}

_WEEKS = (
    ("44250-9", "Ít thấy vui hay hứng thú khi làm việc gì"),
    ("44255-8", "Thấy buồn, chán nản, không lối thoát"),
    ("44259-0", "Khó ngủ, ngủ không yên, hoặc ngủ quá nhiều"),
    ("44254-1", "Mệt mỏi, thiếu sức"),
    ("44251-7", "Ăn kém ngon hoặc ăn quá nhiều"),
    ("44258-2", "Thấy mình kém cỏi, có lỗi với người thân"),
    ("44252-5", "Khó chú tâm khi đọc hay xem"),
    ("44253-3", "Chậm chạp hơn, hoặc bồn chồn hơn thường ngày"),
    ("44260-8", "Nghĩ đến việc tự làm đau mình"),
)

#: Nine questions of equal answers, scores on the answer and not on its coding, and their total.
NINE = {
    "resourceType": "Questionnaire",
    "status": "active",
    "url": "http://example.org/fhir/Questionnaire/nine",
    "title": "Chín câu về hai tuần qua",
    "item": [
        {
            "linkId": f"/{code}",
            "code": [{"system": LOINC, "code": code, "display": f"Item {code}"}],
            "text": text,
            "type": "choice",
            "required": True,
            "answerOption": [
                {
                    "extension": [{"url": _ORDINAL, "valueDecimal": one["ordinal"]}],
                    "valueCoding": {k: v for k, v in one.items() if k != "ordinal"},
                }
                for one in _FREQUENCY
            ],
        }
        for code, text in _WEEKS
    ]
    + [
        {
            "linkId": "/44261-6",
            "code": [{"system": LOINC, "code": "44261-6"}],
            "text": "Tổng điểm",
            "type": "integer",
            "readOnly": True,
        },
        {
            "linkId": "/help",
            "text": "Bạn đã có ai để nói chuyện chưa?",
            "type": "boolean",
            "enableWhen": [{"question": "/44261-6", "operator": ">=", "answerInteger": 10}],
        },
    ],
}
NINE_NAMES = [f"q_{code.replace('-', '_')}" for code, _text in _WEEKS]
