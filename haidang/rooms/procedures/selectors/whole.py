"""A dossier as a whole: what was declared, where it is, what happened, its files."""

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from haidang.engines.documents import api as documents
from haidang.engines.forms import api as forms
from haidang.engines.workflow import api as workflow
from haidang.kernel import dates, errors
from haidang.rooms.procedures import domain, slips
from haidang.rooms.procedures.selectors import known, words


def of(row, at):
    """Everything about a dossier that both its applicant and its officer see."""
    found = domain.on(
        domain.procedure(row.version.definition),
        (row.submitted_at or at).astimezone(dates.HANOI).date(),
    )
    case = workflow.case(row.case) if row.case else None
    response = forms.fetch(row.response)
    return {
        "row": row,
        "it": found,
        "title": words.name_of(found),
        "badge": words.badge(row.state),
        "term": words.term_text(found),
        "clock": words.clock(case.due_at, at) if case and case.state == "running" else None,
        "case": case,
        "drawing": _drawing(case),
        "moments": moments(row, case),
        "answers": answer_groups(response.form, response.answers),
        "files": files_of(row, response),
    }


def waiting_for_signatures(row):
    """The result that waits for its signatures, with the reason if one is known; None otherwise."""
    if row.state != "decided" or row.result_file:
        return None
    papers = documents.issued_about(f"Dossier/{row.pk}")
    return next((one for one in papers if one.state == "waiting"), None)


def slips_of(row):
    """The slips of a dossier in the order they were made: (slip, title)."""
    return [
        (slip, words.title_in(slips.KINDS[slip.form])) for slip in row.slips.order_by("made_at")
    ]


def _drawing(case):
    if case is None:
        return None
    process = workflow.model(case.key, case.number).process
    done = [step["element"] for step in case.done]
    if not process.tasks:
        return None
    return workflow.draw(process, done=done, open_now=case.open_elements, named=known.shown)


def moments(row, case):
    """What happened, the newest first, with who did it: the control sheet in plain words."""
    found = []
    if row.submitted_at:
        found.append(words.Moment(row.submitted_at, _("Nộp hồ sơ"), row.applicant_name))
    for task in workflow.tasks_of(case.id) if case else ():
        if task.state == "done":
            told = words.OUTCOMES.get(task.outcome.get("outcome", ""), words.OUTCOMES[""])
            step = known.shown(task.name)
            found.append(words.Moment(task.done_at, step, task.holder_name, _(told)))
        elif task.state == "open":
            who = task.holder_name or _("chưa ai nhận")
            step = known.shown(task.name)
            found.append(words.Moment(task.opened_at, step, who, _("đang chờ")))
    return sorted(found, key=lambda one: one.at, reverse=True)


def answer_groups(form, answers):
    """Answers in the order of the form: (group, [(question, answer)])."""
    english = get_language() == "en"
    groups, alone = [], []
    for item in form.items:
        value = answers.get(item.link_id)
        if value in (None, "", []) or item.type in ("display", "attachment"):
            continue
        label = words.label_of(item)
        if item.type != "group":
            alone.append((label, _shown(item, value, english)))
            continue
        for row in value if isinstance(value, list) else [value]:
            groups.append((label, list(_rows(item, row, english))))
    return [*groups, *([(_("Nội dung đề nghị"), alone)] if alone else [])]


def _rows(group, answers, english):
    for item in group.items:
        value = answers.get(item.link_id)
        if value not in (None, "", []):
            yield words.label_of(item), _shown(item, value, english)


def _shown(item, value, english):
    if isinstance(value, list):
        return ", ".join(_shown(item, one, english) for one in value)
    if isinstance(value, bool):
        return _("Có") if value else _("Không")
    if isinstance(value, dict):
        in_english = {o.code: o.display_en for o in item.options} if english else {}
        return in_english.get(value.get("code")) or forms.shown(value)
    if item.type == "decimal":
        return str(value).replace(".", ",")
    return dates.show(value) if item.type == "date" else str(value)


def files_of(row, response):
    """Every file of a dossier: (title, name, hash, size)."""
    found = []
    for item in response.form.everything():
        value = response.answers.get(item.link_id)
        if item.type == "attachment" and value:
            for one in value if isinstance(value, list) else [value]:
                found.append((words.label_of(item), one["name"], one["id"], one["size"]))
    for asked in row.supplements:
        for one in asked.get("files", ()):
            found.append((_("Bổ sung"), one["name"], one["id"], one["size"]))
    return found


def open_file(row, sha256, *, own):
    """A file of a dossier: (name, type, open file).

    Raises    NotFound `documents.file_unknown`
    """
    name, kept = _file(row, sha256)
    return name, kept.type, documents.open_file(sha256, own=own)


def preview(row, sha256):
    """What a file of a dossier looks like: (name, `documents.Preview`).

    Raises    NotFound `documents.file_unknown`; as `documents.preview`
    """
    name, _kept = _file(row, sha256)
    return name, documents.preview(sha256)


def _file(row, sha256):
    names = {key: name for _title, name, key, _size in files_of(row, forms.fetch(row.response))}
    if row.result_file:
        names[row.result_file] = f"ket-qua-{row.code}.pdf"
    if sha256 not in names:
        raise errors.NotFound("documents.file_unknown", _("Không có tệp này."))
    return names[sha256], documents.file(sha256)
