"""Does a resource keep to a profile? Every way in which it does not."""

import functools

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from haidang.engines.records.plain import Plain
from haidang.engines.records.validation import bindings, invariants, issues, references
from haidang.engines.records.validation.profiles import bounds, registry, resolving, slicing, values

_DEEPEST = 40
_ANY_RESOURCE = {"Resource", "DomainResource"}


def faults(resource, profile):
    """The issues of a well-shaped resource against a profile and the profiles it builds on."""
    if resource["resourceType"] != profile.type:
        return [other_type(resource["resourceType"], profile.type, profile.url)]
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
    sentence = _("Máy chủ chưa có hồ sơ quy định này nên chưa kiểm theo nó.")
    if _is_here(url.partition("|")[0]):
        sentence = _("Máy chủ chưa có phiên bản này của hồ sơ quy định nên chưa kiểm theo nó.")
    issue = issues.Issue(
        "validation.profile_unknown",
        "not-found",
        "Resource.meta.profile",
        sentence,
        issues.WARNING,
    )
    return issue.about(profile=url)


def _is_here(url):
    return bool(registry.core_type(url)) or registry.find(url) is not None


def other_type(name, wanted, url):
    return issues.Issue(
        "validation.profile_type",
        "invalid",
        name,
        _("Hồ sơ quy định này dành cho %(wanted)s, không phải %(name)s.")
        % {"wanted": wanted, "name": name},
    ).about(profile=url)


class _Check:
    """One resource, or a part of it, against one profile.

    resolve   follows its references
    trail     (place, profile) of what is being judged on the way here: references go in circles
    """

    def __init__(self, root, profile, resolve=None, trail=frozenset()):
        self.root = root
        self.profile = profile
        self.resolve = resolve or resolving.Resolver(root)
        self.trail = trail
        self.depth = 0

    @functools.cached_property
    def plain(self):
        return Plain(self.root)

    def run(self, value):
        return list(self._value(self.profile.root, value))

    def _value(self, node, value):
        if node.types and not _is_of(value.type, node.types):
            found = issues.wrong_shape(value.where, ", ".join(node.types))
            yield self._said(node, found)
            return
        yield from (self._said(node, each) for each in self._itself(node, value))
        if node.type_profiles and isinstance(value.value, dict):
            yield from self._by_type(node, value)
        if self.depth < _DEEPEST:
            self.depth += 1
            for name, child in node.children.items():
                yield from self._element(child, values.of(value, name), f"{value.where}.{name}")
            self.depth -= 1

    def _said(self, node, issue):
        """The issue with the element of the profile that says so, as canonicals name a part."""
        return issue.about(element=f"{self.profile.url}#{node.id}") if node.id else issue

    def _element(self, node, found, here, label=""):
        counted = _counted(node, len(found), here, label)
        yield from (self._said(node, each) for each in counted)
        for value in found:
            yield from self._value(node, value)
        if node.slices:
            yield from self._slices(node, found, here)

    def _slices(self, node, found, here):
        sorted_out, said = {name: [] for name in node.slices}, node.slicing
        names = [slicing.slice_of(node, one, self._conforms, self.resolve) for one in found]
        for value, name in zip(found, names, strict=True):
            if name is not None:
                sorted_out[name].append(value)
            elif said is not None and said.rules == "closed":
                yield self._said(node, _no_slice(value.where))
        for n in slicing.misplaced(node, names):
            yield self._said(node, _out_of_order(found[n].where))
        for name, each in node.slices.items():
            yield from self._element(each, sorted_out[name], here, label=name)

    def _conforms(self, value, url):
        """Whether a value keeps to a profile and those it builds on; of a resource that is not to
        be had only the type is known.
        """
        if core := registry.core_type(url):
            return value.type == core
        profile, step = registry.find(url), (value.where, url)
        if profile is None or (value.is_resource and profile.type != value.type):
            return False
        if value.is_absent or step in self.trail:
            return True
        if any(one.severity == issues.ERROR for one in self._judged(value, profile, {step})):
            return False
        return not profile.base or self._conforms(value, profile.base)

    def _judged(self, value, profile, step=frozenset()):
        """The issues of a value against a profile of its own, a resource for itself."""
        root, resolve = self.root, self.resolve
        if value.is_resource:
            root, resolve = value.value, resolve.of(value)
        return _Check(root, profile, resolve, self.trail | step).run(value)

    def _itself(self, node, value):
        if node.fixed is not None and value.value != node.fixed:
            yield _differs(value.where, node.fixed)
        if node.pattern is not None and not values.matches(value.value, node.pattern):
            yield _differs(value.where, node.pattern)
        yield from bounds.faults(node, value)
        yield from _target(node, value, self.root)
        if node.value_set and value.value is not None:
            yield from bindings.judge(
                node.value_set, node.strength, value.type, value.value, value.where
            )
        for rule in node.rules:
            yield from invariants.judge(
                rule, value.value, value.type, value.where, self.plain, sentence=_said(rule)
            )

    def _by_type(self, node, value):
        """A value whose type has profiles of its own, as extensions have; one of them is enough."""
        found = [profile for url in node.type_profiles if (profile := registry.find(url))]
        fit = [profile for profile in found if profile.type == value.type]
        if len(fit) > 1 and any(self._conforms(value, profile.url) for profile in fit):
            return
        for profile in fit[:1]:
            yield from self._judged(value, profile)


def _said(rule):
    """What a rule says, in the language of who asks."""
    return rule.english if get_language() == "en" else rule.human


def _is_of(type, allowed):
    """The inside of an element has a path for its type: R4 calls it BackboneElement."""
    return (
        type in allowed or "." in type or type == "Element" or not _ANY_RESOURCE.isdisjoint(allowed)
    )


def _counted(node, count, here, label):
    needed = sum(each.least or 0 for each in node.slices.values())
    # What is missing is told once: by the slices that ask for it, where they do.
    if node.least is not None and count < node.least and (count or node.least > needed):
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


def _out_of_order(where):
    return issues.Issue(
        "validation.slice_order",
        "structure",
        where,
        _("Giá trị này không đứng đúng thứ tự mà hồ sơ quy định nêu."),
    )


def _differs(where, wanted):
    sentence = _("Giá trị không khớp mẫu mà hồ sơ quy định nêu.")
    if isinstance(wanted, str | bool | int):
        sentence = _("Giá trị phải là %(wanted)s.") % {"wanted": wanted}
    return issues.Issue("validation.fixed", "value", where, sentence)


def _target(node, value, root):
    """A reference to a type that none of the profiles named is for; those unknown allow all."""
    if node.targets and isinstance(value.value, dict):
        types = [_target_type(url) for url in node.targets]
        found = references.type_told(value.value, root)
        if found and found not in types and "Resource" not in types and "" not in types:
            place = "reference" if "reference" in value.value else "type"
            yield issues.wrong_target(f"{value.where}.{place}", tuple(types))


def _target_type(url):
    profile = None if registry.core_type(url) else registry.find(url)
    return profile.type if profile else registry.core_type(url)
