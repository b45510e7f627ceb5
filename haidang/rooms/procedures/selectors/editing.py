"""A procedure that is being written: what stands in it, what is wrong with it, how it will look."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from haidang.engines.forms import api as forms
from haidang.engines.workflow import api as workflow
from haidang.kernel import errors
from haidang.rooms.procedures import domain, models
from haidang.rooms.procedures.selectors import catalogue, known, words
from haidang.rooms.procedures.selectors import processes as processes_of_room

KIND = "procedure"
#: Keys that would be taken for other addresses of the room.
RESERVED = frozenset(
    [
        "moi",
        "viec",
        "so-dang-ky",
        "kho",
        "so-theo-doi",
        "quay",
        "uy-quyen",
        "nguoi-dai-dien",
        "phan-anh",
        "chat-luong",
        "soan",
        "ho-so",
        "quy-trinh",
        "mo-phong",
        "lam-thay",
        "lich",
        "thu-phi",
    ]
)
_PLACE = re.compile(r"\{([^{}]*)\}")
#: What an officer begins with when a procedure is new.
EMPTY = {
    "code": "",
    "name": "",
    "sector": "",
    "summary": "",
    "who": "",
    "basis": [],
    "term": 5,
    "term_unit": "working_day",
    "process": "review",
    "result": "",
    "result_code": "KQ.SYT.00",
    "form": [{"block": "applicant"}, {"block": "agreement"}],
}
#: The names by which a form asks for what the product knows.
KNOWN = {
    "person.name": gettext_lazy("Họ tên của người nộp"),
    "person.citizen_id": gettext_lazy("Số định danh của người nộp"),
    "person.born": gettext_lazy("Ngày sinh của người nộp"),
    "person.phone": gettext_lazy("Số điện thoại của người nộp"),
    "person.address": gettext_lazy("Nơi ở của người nộp"),
}


@dataclass(frozen=True)
class Writing:
    """A procedure as it stands on the desk.

    revision    of the sketch; 0 when nothing was changed since the last version
    """

    key: str
    definition: dict
    revision: int = 0
    by_name: str = ""
    saved_at: datetime | None = None
    number: int = 0

    @property
    def is_new(self):
        return not self.number


def exists(key):
    """Whether a key is taken, by a version or by a sketch."""
    return bool(forms.sketch(KIND, key)) or models.Version.objects.filter(key=key).exists()


def writing(key):
    """What is being written under a key: the sketch, or else the newest version.

    Raises    NotFound `procedures.unknown`
    """
    row = models.Version.objects.filter(key=key).order_by("-number").first()
    sketch = forms.sketch(KIND, key)
    if sketch is None and row is None:
        raise errors.NotFound("procedures.unknown", _("Không có thủ tục này."))
    number = row.number if row else 0
    if sketch is None:
        return Writing(key, {k: v for k, v in row.definition.items() if k != "key"}, number=number)
    return Writing(
        key, sketch.content, sketch.revision, sketch.by_name, sketch.saved_at, number=number
    )


def others(key):
    """The other procedures that people can be sent to: (key, name)."""
    rows = models.Version.objects.filter(valid_to=None).exclude(key=key)
    return sorted(((row.key, row.definition["name"]) for row in rows), key=lambda one: one[1])


def writings():
    """What is on the desk and not published, the last saved first: (key, name, who, when)."""
    return [(s.key, s.content.get("name", ""), s.by_name, s.saved_at) for s in forms.sketches(KIND)]


def faults(definition):
    """What must be mended before a procedure can be published: (place, its words, sentence).

    place    the part of the editor that mends it, or `question:<name>`
    """
    found = [(part, label, message) for part, label, message in _facts(definition)]
    found += [(f"question:{n}" if n else "form", w, m) for n, w, m in _form_faults(definition)]
    return found + list(_paper_faults(definition))


def _facts(definition):
    try:
        domain.procedure(definition)
    except errors.Incorrect as why:
        for issue in why.facts["issues"]:
            name = issue["expression"].partition("[")[0]
            part = "result" if name.startswith("result") else "facts"
            part = "eligibility" if name == "conditions" else part
            yield part, str(LABELS.get(name, name)), issue["message"]
    yield from _lost(definition)
    try:
        model = workflow.model(definition.get("process", ""))
    except errors.NotFound as why:
        yield "process", str(LABELS["process"]), why.message
        return
    for sentence in processes_of_room.faults(model.process):
        yield "process", str(LABELS["process"]), sentence


def _lost(definition):
    """Conditions that send people to a procedure that is not there."""
    sent = [one for one in definition.get("conditions") or () if one.get("instead")]
    known = {key for key, _name in others(definition.get("key", ""))} if sent else set()
    for one in sent:
        if one["instead"] not in known:
            yield "eligibility", one.get("ask", ""), _("Không có thủ tục này.")


def _form_faults(definition):
    try:
        form = read_form(definition)
    except errors.Incorrect as why:
        issues = why.facts.get("issues") or [{"expression": "", "message": why.message}]
        of_form = [one for one in issues if one["expression"].startswith("items")]
        yield from forms.faults_in_words(_items(definition), of_form) if of_form else ()
        return
    for item in form.everything():
        if item.value_set and not forms.catalogue_exists(item.value_set):
            yield item.link_id, item.text, _("Danh mục này chưa được nạp vào hệ thống.")
        for other in forms.without_scores(form, item):
            told = _("Câu «{words}» chưa có điểm cho lựa chọn nào nên không tính được.")
            yield item.link_id, item.text, told.format(words=other.text)


def _items(definition):
    return catalogue.form_of(_whole(definition))["items"]


def _whole(definition):
    """A definition with something in the place of what a form's head needs."""
    named = {"key": "soan", "name": definition.get("name") or "…"}
    return definition | named | {"basis": definition.get("basis") or ["…"]}


def _paper_faults(definition):
    paper = definition.get("result_paper") or {}
    try:
        names = {item.link_id for item in read_form(definition).everything()}
    except errors.Incorrect:
        return
    for part in ("opening", "closing"):
        for name in _PLACE.findall(paper.get(part, "")):
            if name not in names:
                sentence = _("Không có câu hỏi tên «{name}».").format(name=name)
                yield "result", str(LABELS[part]), sentence


def read_form(definition):
    """The form of a definition that may be unfinished elsewhere.

    Raises    Incorrect `forms.definition_unreadable`, `procedures.block_unknown`
    """
    return forms.parse(catalogue.form_of(_whole(definition)))


def outline(definition):
    """The form line by line, with what each question is and when it is asked, in words."""
    items = definition.get("form") or []
    asked = _asked(definition)
    return [_line(line, asked) for line in forms.building.outline(items)]


def _asked(definition):
    """The questions by name, as far as the form can be read."""
    try:
        return read_form(definition).item
    except errors.Incorrect:
        return lambda _name: None


def _line(line, asked):
    item = asked(line.name)
    block = line.item.get("block")
    kind = forms.wording.kind(item) if item else ""
    return {
        "it": line,
        "block": block,
        "text": block_title(block) if block else line.item.get("text", ""),
        "kind": kind or _(forms.wording.KINDS.get(line.item.get("type"), "")),
        "when": forms.wording.conditions(item, asked) if item else "",
        "sum": forms.wording.calculation(item, asked) if item else "",
        "required": line.item.get("required", False),
        "repeats": line.item.get("repeats", False),
        "is_group": line.item.get("type") == "group",
    }


def block_title(block):
    """The words of the first question of a block."""
    return catalogue.block(block)[0]["text"]


def groups(definition):
    """Groups into which a question can be put: (name, words)."""
    lines = forms.building.outline(definition.get("form") or [])
    return [(o.name, o.item["text"]) for o in lines if o.item.get("type") == "group"]


def blocks(definition):
    """Blocks that are not in the form yet: (block, its words)."""
    there = {one.get("block") for one in definition.get("form") or []}
    names = sorted(path.stem for path in (catalogue.DATA / "blocks").glob("*.yaml"))
    return [(name, block_title(name)) for name in names if name not in there]


def papers_without_question(definition):
    """Papers of the list that the form does not ask for yet: (key, title)."""
    lines = forms.building.outline(definition.get("form") or [])
    there = {line.name for line in lines}
    listed = definition.get("papers") or []
    return [
        (one["key"], one["title"])
        for one in listed
        if not one.get("from_data") and f"paper_{one['key']}" not in there
    ]


def preview_fields(definition, given=None, *, check=False, adding=(), looking=None, today=None):
    """The form as people see it: (fields, problems).

    given    answers as a page posts them; None for an empty form
    check    name what is missing, as when it is sent

    Raises    Incorrect `forms.definition_unreadable`
    """
    form = read_form(definition)
    answers = forms.settle(form, forms.answers_of(form, given), today=today) if given else {}
    problems = forms.check(form, answers, today=today) if check else []
    return forms.fields_of(form, answers, problems, adding=adding, looking=looking), problems


def one_field(definition, name):
    """One question as people see it, whatever its conditions say.

    Raises    Incorrect `forms.definition_unreadable`; NotFound `forms.question_unknown`
    """
    item = forms.building.find(definition.get("form") or [], name)
    alone = {k: v for k, v in item.items() if k not in ("enable_when", "calculated")}
    return preview_fields(definition | {"form": [alone]})[0]


def processes():
    """Every process that a procedure can follow: (key, name, steps, drawing)."""
    found = []
    for one in workflow.catalogue():
        steps = [known.shown(task.name) for task in one.process.tasks]
        drawing = workflow.draw(one.process, named=known.shown) if steps else None
        found.append((one.key, known.shown(one.name), steps, drawing))
    return found


def published_process(key):
    """The process that the newest version of a procedure follows; empty before there is one."""
    row = models.Version.objects.filter(key=key).order_by("-number").first()
    return row.definition["process"] if row else ""


def questions(definition):
    """Questions whose answers a paper, a condition or a sum can use: (name, words, item)."""
    try:
        form = read_form(definition)
    except errors.Incorrect:
        return []
    kinds = ("group", "display")
    return [(i.link_id, i.text, i) for i in form.everything() if i.type not in kinds]


def overview(definition):
    """What people read before they begin, as far as it is written."""
    try:
        found = domain.procedure(definition)
    except errors.Incorrect:
        return None
    return {"it": words.for_reader(found), "term": words.term_text(found)}


#: What each part of a definition is called on the pages.
LABELS = {
    "code": gettext_lazy("Mã thủ tục"),
    "name": gettext_lazy("Tên thủ tục"),
    "name_en": gettext_lazy("Tên tiếng Anh"),
    "sector": gettext_lazy("Lĩnh vực"),
    "sector_en": gettext_lazy("Lĩnh vực, tiếng Anh"),
    "summary": gettext_lazy("Tóm tắt"),
    "summary_en": gettext_lazy("Tóm tắt, tiếng Anh"),
    "who": gettext_lazy("Ai được nộp"),
    "who_en": gettext_lazy("Ai được nộp, tiếng Anh"),
    "words": gettext_lazy("Từ để tìm"),
    "level": gettext_lazy("Mức dịch vụ"),
    "partial_reason": gettext_lazy("Lý do chưa toàn trình"),
    "partial_reason_en": gettext_lazy("Lý do chưa toàn trình, tiếng Anh"),
    "basis": gettext_lazy("Căn cứ pháp lý"),
    "papers": gettext_lazy("Giấy tờ"),
    "papers_en": gettext_lazy("Giấy tờ, tiếng Anh"),
    "term": gettext_lazy("Thời hạn"),
    "term_unit": gettext_lazy("Đơn vị thời hạn"),
    "fee_vnd": gettext_lazy("Lệ phí"),
    "fee_source": gettext_lazy("Căn cứ của mức thu"),
    "fee_source_en": gettext_lazy("Căn cứ của mức thu, tiếng Anh"),
    "overrides": gettext_lazy("Thay đổi trong một thời gian"),
    "conditions": gettext_lazy("Điều kiện"),
    "process": gettext_lazy("Quy trình"),
    "result": gettext_lazy("Kết quả"),
    "result_en": gettext_lazy("Kết quả, tiếng Anh"),
    "result_code": gettext_lazy("Mã kết quả"),
    "result_days": gettext_lazy("Giá trị trong bao nhiêu ngày"),
    "opening": gettext_lazy("Lời mở đầu"),
    "closing": gettext_lazy("Lời kết"),
    "position": gettext_lazy("Chức vụ người ký"),
    "rows": gettext_lazy("Nội dung trong bảng"),
}
