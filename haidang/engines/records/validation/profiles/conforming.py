"""Does a resource keep to a profile? Every way in which it does not."""

import re

from django.utils.translation import gettext as _

from haidang.engines.records.validation import bindings, invariants, issues, primitives
from haidang.engines.records.validation.profiles import registry, slicing, values

_DEEPEST = 40


def faults(resource, profile):
    """The issues of a well-shaped resource against a profile and the profiles it builds on."""
    if resource["resourceType"] != profile.type:
        return [_other_type(resource["resourceType"], profile)]
    whole = values.Value(resource, resource["resourceType"], resource["resourceType"])
    found = [each.about(profile=profile.url) for each in _Check(resource, profile).run(whole)]
    if profile.base:
        base = registry.find(profile.base)
        found += [unknown(profile.base)] if base is None else faults(resource, base)
    return found


def of_value(value, type, where, profile, root):
    """The issues of one value of a data type, such as an extension, against its profile."""
    found = _Check(root, profile).run(values.Value(value, type, where))
    return [each.about(profile=profile.url) for each in found]


def unknown(url):
    """A profile that is not here: nothing was judged by it, which is told."""
    issue = issues.Issue(
        "validation.profile_unknown",
        "not-found",
        "Resource.meta.profile",
        _("Máy chủ chưa có hồ sơ quy định này nên chưa kiểm theo nó."),
        issues.WARNING,
    )
    return issue.about(profile=url)


def _other_type(name, profile):
    return issues.Issue(
        "validation.profile_type",
        "invalid",
        name,
        _("Hồ sơ quy định này dành cho %(wanted)s, không phải %(name)s.")
        % {"wanted": profile.type, "name": name},
    ).about(profile=profile.url)


class _Check:
    """One resource against one profile."""

    def __init__(self, root, profile):
        self.root = root
        self.profile = profile
        self.depth = 0

    def run(self, value):
        return list(self._value(self.profile.root, value))

    def _value(self, node, value):
        if node.types and not _is_of(value.type, node.types):
            yield issues.wrong_shape(value.where, ", ".join(node.types))
            return
        yield from self._itself(node, value)
        if self.depth < _DEEPEST:
            self.depth += 1
            for name, child in node.children.items():
                yield from self._element(child, values.of(value, name), f"{value.where}.{name}")
            self.depth -= 1

    def _element(self, node, found, here, label=""):
        yield from _counted(node, len(found), here, label)
        for value in found:
            yield from self._value(node, value)
        if node.slices:
            yield from self._slices(node, found, here)

    def _slices(self, node, found, here):
        sorted_out = {name: [] for name in node.slices}
        for value in found:
            name = slicing.slice_of(node, value, self._conforms)
            if name is not None:
                sorted_out[name].append(value)
            elif node.slicing is not None and node.slicing.rules == "closed":
                yield _no_slice(value.where)
        for name, each in node.slices.items():
            yield from self._element(each, sorted_out[name], here, label=name)

    def _conforms(self, value, url):
        profile = registry.find(url)
        return profile is not None and not _Check(self.root, profile).run(value)

    def _itself(self, node, value):
        if node.fixed is not None and value.value != node.fixed:
            yield _differs(value.where, node.fixed)
        if node.pattern is not None and not values.matches(value.value, node.pattern):
            yield _differs(value.where, node.pattern)
        yield from _target(node, value)
        if node.value_set and value.value is not None:
            yield from bindings.judge(
                node.value_set, node.strength, value.type, value.value, value.where
            )
        for rule in node.rules:
            yield from invariants.judge(
                rule, value.value, value.type, value.where, self.root, sentence=rule.human
            )
        for url in node.type_profiles:
            yield from self._by_type(url, value)

    def _by_type(self, url, value):
        """A value whose type has a profile of its own, as extensions have."""
        profile = registry.find(url)
        if profile is not None and isinstance(value.value, dict):
            yield from _Check(self.root, profile).run(value)


def _is_of(type, allowed):
    """The inside of an element has a path for its type: R4 calls it BackboneElement."""
    return type in allowed or "." in type or type == "Element"


def _counted(node, count, here, label):
    if node.least is not None and count < node.least:
        yield _missing(here, label)
    if node.most is not None and count > node.most:
        yield _too_many(here, node.most, label)


def _missing(here, label):
    if not label:
        where, _dot, name = here.rpartition(".")
        return issues.missing(where, name)
    return issues.Issue(
        "validation.missing",
        "required",
        here,
        _("Thiếu phần bắt buộc %(slice)s của %(name)s.")
        % {"slice": label, "name": here.rpartition(".")[2]},
    )


def _too_many(here, most, label):
    return issues.Issue(
        "validation.too_many",
        "structure",
        here,
        _("Chỉ được có tối đa %(most)d %(name)s.")
        % {"most": most, "name": label or here.rpartition(".")[2]},
    )


def _no_slice(where):
    return issues.Issue(
        "validation.slice_closed",
        "structure",
        where,
        _("Giá trị này không thuộc phần nào mà hồ sơ quy định cho phép."),
    )


def _differs(where, wanted):
    sentence = _("Giá trị không khớp mẫu mà hồ sơ quy định nêu.")
    if isinstance(wanted, str | bool | int):
        sentence = _("Giá trị phải là %(wanted)s.") % {"wanted": wanted}
    return issues.Issue("validation.fixed", "value", where, sentence)


def _target(node, value):
    if node.targets and isinstance(value.value, dict):
        text = value.value.get("reference")
        if isinstance(text, str) and not re.search(primitives.reference(node.targets), text):
            yield issues.wrong_target(f"{value.where}.reference", node.targets)
