"""Two versions of a form compared, in words that an officer would use (so sánh hai phiên bản)."""

from dataclasses import dataclass
from difflib import SequenceMatcher

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from haidang.engines.forms import wording


@dataclass(frozen=True)
class Difference:
    """What became of one question: `kind` is added, removed or changed; `words` say how."""

    link_id: str
    kind: str
    text: str
    words: tuple[str, ...] = ()


def differences(older, newer):
    """What changed between two forms, in the order of the newer; what went stands at the end."""
    before = {item.link_id: item for item in older.everything()}
    after = {item.link_id: item for item in newer.everything()}
    moves = _moves(older, newer)
    found = []
    for name, item in after.items():
        if name not in before:
            found.append(Difference(name, "added", item.text, tuple(_told(item, newer))))
            continue
        words = _changed(before[name], item, newer)
        words += [moves[name]] if name in moves else []
        if words:
            found.append(Difference(name, "changed", item.text, tuple(words)))
    gone = (item for name, item in before.items() if name not in after)
    return found + [Difference(item.link_id, "removed", item.text) for item in gone]


def _told(item, form):
    """A new question: its kind, whether it is needed, when it is asked."""
    yield wording.kind(item)
    if item.required:
        yield _("bắt buộc")
    if item.options:
        yield _("lựa chọn: {names}").format(names=", ".join(o.display for o in item.options))
    if item.enable_when:
        yield _("chỉ hỏi khi {when}").format(when=wording.conditions(item, form.item))
    if item.calculated:
        yield _("tự tính: {sum}").format(sum=wording.calculation(item, form.item))


def _changed(old, new, newer):
    words = [
        _("{what}: «{before}» thành «{after}»").format(what=what, before=before, after=after)
        for what, before, after in _values(old, new)
        if before != after
    ]
    words += [
        yes if getattr(new, name) else no
        for name, yes, no in _switches()
        if _differ(old, new, name)
    ]
    words += _options(old.options, new.options, _("lựa chọn"))
    words += _options(old.units, new.units, _("đơn vị"))
    if (old.enable_when, old.enable_behavior) != (new.enable_when, new.enable_behavior):
        now = wording.conditions(new, newer.item)
        words.append(_("chỉ hỏi khi {when}").format(when=now) if now else _("luôn được hỏi"))
    if old.calculated != new.calculated:
        now = wording.calculation(new, newer.item)
        words.append(_("tự tính: {sum}").format(sum=now) if now else _("không tự tính nữa"))
    return words


def _differ(old, new, name):
    return getattr(old, name) != getattr(new, name)


def _values(old, new):
    """(what, before, after) of everything that is one value."""
    nothing = _("không có")
    yield _("Lời hỏi"), old.text, new.text
    yield _("Lời hỏi tiếng Anh"), old.text_en or nothing, new.text_en or nothing
    yield _("Lời dặn"), old.hint or nothing, new.hint or nothing
    yield _("Kiểu"), wording.kind(old), wording.kind(new)
    yield _("Dài nhất"), old.max_length, new.max_length
    for name, what in (("min_value", _("Từ")), ("max_value", _("Đến"))):
        limits = [getattr(one, name) for one in (old, new)]
        yield what, *(nothing if one is None else wording.value(one) for one in limits)
    yield pgettext("cách viết", "Mẫu"), old.pattern or nothing, new.pattern or nothing
    yield _("Danh mục"), old.value_set or nothing, new.value_set or nothing
    yield _("Điền sẵn từ"), old.prefill or nothing, new.prefill or nothing
    yield _("Mã"), _codes(old) or nothing, _codes(new) or nothing
    yield _("Loại tệp"), ", ".join(old.accept) or nothing, ", ".join(new.accept) or nothing


def _codes(item):
    return ", ".join(one.code for one in item.codes)


def _switches():
    yield "required", _("thành bắt buộc"), _("không còn bắt buộc")
    yield "repeats", _("trả lời được nhiều lần"), _("chỉ trả lời một lần")
    yield "open", _("nhận thêm ý kiến khác"), _("không nhận ý kiến khác nữa")
    yield "read_only", _("chỉ để đọc"), _("sửa được")


def _options(old, new, what):
    before, after = ({one.code: one for one in listed} for listed in (old, new))
    found = []
    for code, one in after.items():
        if code not in before:
            found.append(_("thêm {what} «{name}»").format(what=what, name=one.display))
            continue
        found += _option(before[code], one, what)
    for code, one in before.items():
        if code not in after:
            found.append(_("bỏ {what} «{name}»").format(what=what, name=one.display))
    return found


def _option(old, new, what):
    """How one option changed: its words, its score."""
    changed = _("{what}: «{before}» thành «{after}»")
    if old.display != new.display:
        yield changed.format(what=what, before=old.display, after=new.display)
    if old.score != new.score:
        named = _("điểm của «{name}»").format(name=new.display)
        before, after = (wording.score(one.score) for one in (old, new))
        yield changed.format(what=named, before=before, after=after)


def _groups(form):
    """The group that each question stands in, and the order within each group, by link_id."""
    inside, order = {}, {}

    def walk(items, group):
        order[group.link_id if group else ""] = [item.link_id for item in items]
        for item in items:
            inside[item.link_id] = group
            walk(item.items, item) if item.type == "group" else None

    walk(form.items, None)
    return inside, order


def _moves(older, newer):
    """{link_id: words} of each question that stands elsewhere; as few as explain the new order."""
    (was_in, was_order), (is_in, is_order) = _groups(older), _groups(newer)
    found = {}
    for name, group in is_in.items():
        if name in was_in and _name(was_in[name]) != _name(group):
            into = _("đưa vào nhóm «{group}»").format(group=group.text) if group else ""
            found[name] = into or _("đưa ra ngoài nhóm")
    for group, after in is_order.items():
        before = [name for name in was_order.get(group, ()) if name in after]
        after = [name for name in after if name in before]
        matcher = SequenceMatcher(None, before, after, autojunk=False)
        kept = {n for b in matcher.get_matching_blocks() for n in before[b.a : b.a + b.size]}
        found |= {name: _("đổi chỗ") for name in after if name not in kept}
    return found


def _name(group):
    return group.link_id if group else ""
