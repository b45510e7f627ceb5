"""Definitions that the tests share."""

LICENCE = {
    "key": "cap-giay-phep",
    "title": "Đơn đề nghị cấp giấy phép hành nghề",
    "title_en": "Application for a practice licence",
    "source": "Nghị định 96/2023/NĐ-CP, mẫu 08",
    "valid_from": "2026-01-01",
    "items": [
        {"link_id": "intro", "type": "display", "text": "Phần của người đề nghị"},
        {
            "link_id": "applicant",
            "type": "group",
            "text": "Người đề nghị",
            "items": [
                {
                    "link_id": "name",
                    "type": "string",
                    "text": "Họ và tên",
                    "text_en": "Full name",
                    "hint": "Như trên thẻ căn cước",
                    "required": True,
                    "prefill": "person.name",
                    "max_length": 50,
                },
                {
                    "link_id": "citizen_id",
                    "type": "string",
                    "text": "Số định danh",
                    "required": True,
                    "format": "citizen_id",
                    "prefill": "person.citizen_id",
                },
                {
                    "link_id": "born",
                    "type": "date",
                    "text": "Ngày sinh",
                    "required": True,
                    "max_value": "today",
                },
                {
                    "link_id": "age",
                    "type": "integer",
                    "text": "Tuổi",
                    "calculated": {"years": ["born"]},
                },
            ],
        },
        {
            "link_id": "profession",
            "type": "choice",
            "text": "Chức danh",
            "required": True,
            "options": [
                {"code": "bs", "display": "Bác sĩ", "display_en": "Doctor"},
                {"code": "dd", "display": "Điều dưỡng"},
                {"code": "khac", "display": "Khác"},
            ],
        },
        {
            "link_id": "other_profession",
            "type": "string",
            "text": "Chức danh khác",
            "required": True,
            "enable_when": [{"question": "profession", "operator": "=", "answer": "khac"}],
        },
        {
            "link_id": "practice",
            "type": "group",
            "text": "Quá trình thực hành",
            "repeats": True,
            "required": True,
            "items": [
                {"link_id": "place", "type": "string", "text": "Nơi thực hành", "required": True},
                {
                    "link_id": "months",
                    "type": "integer",
                    "text": "Số tháng",
                    "required": True,
                    "min_value": 1,
                    "max_value": 120,
                },
                {
                    "link_id": "why_long",
                    "type": "text",
                    "text": "Vì sao quá 24 tháng",
                    "required": True,
                    "enable_when": [{"question": "months", "operator": ">", "answer": 24}],
                },
            ],
        },
        {
            "link_id": "months_total",
            "type": "integer",
            "text": "Tổng số tháng",
            "calculated": {"sum": ["months"]},
        },
        {
            "link_id": "too_short",
            "type": "text",
            "text": "Giải trình thời gian thực hành",
            "required": True,
            "enable_when": [{"question": "months_total", "operator": "<", "answer": 12}],
        },
        {
            "link_id": "diploma",
            "type": "attachment",
            "text": "Bằng tốt nghiệp",
            "required": True,
            "accept": ["application/pdf", "image/jpeg"],
        },
        {"link_id": "agrees", "type": "boolean", "text": "Tôi cam đoan", "required": True},
    ],
}
DIPLOMA = {"id": "f1", "name": "bang.pdf", "size": 1200, "type": "application/pdf"}
GOOD = {
    "applicant": {"name": "Trần Thị Thử", "citizen_id": "031190000016", "born": "1990-05-20"},
    "profession": {"code": "dd", "display": "Điều dưỡng"},
    "practice": [{"place": "Bệnh viện mô phỏng", "months": 12}],
    "diploma": DIPLOMA,
    "agrees": True,
}
