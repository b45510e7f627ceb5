"""A process (quy trình) as BPMN 2.0: read safely, checked before anybody is bound to it.

Served are start and end events, user tasks, exclusive and parallel gateways, and flows with
conditions; what is not served is named and refused. A user task says in attributes of our own who
does it and how long it may take:

  <userTask id="verify" name="Thẩm định" haidang:role="officer" haidang:term="3 working_day"
            haidang:outcomes="accept,supplement,refuse"/>
"""

import re
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from lxml import etree

from haidang.engines.workflow import conditions
from haidang.engines.workflow.calendar import Term
from haidang.kernel import errors
from haidang.kernel.room import ROLES

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
OURS = "https://haidang.vn/bpmn"
_LARGEST, _MOST_NODES, _MOST_STATES = 1_000_000, 200, 20_000
_SERVED = {"startEvent", "endEvent", "userTask", "exclusiveGateway", "parallelGateway"}
_BESIDE = {"sequenceFlow", "laneSet", "extensionElements", "documentation", "textAnnotation",
           "association"}  # fmt: skip
_NAME = re.compile(r"[A-Za-z_][\w.-]{0,99}")
APPLICANT = "applicant"


@dataclass(frozen=True)
class Node:
    """One element: its kind, and for a user task who does it, in which time, with which outcomes.

    `org` names another organisation than that of the case, which is asked for its opinion.
    """

    id: str
    kind: str
    name: str = ""
    role: str = ""
    term: Term | None = None
    outcomes: tuple[str, ...] = ()
    org: str = ""
    default: str = ""


@dataclass(frozen=True)
class Flow:
    """One way from a node to another, taken when its condition holds; without one, always."""

    id: str
    source: str
    target: str
    name: str = ""
    condition: str = ""


@dataclass(frozen=True)
class Process:
    """A checked process; `xml` is the model that runs."""

    id: str
    name: str
    nodes: dict[str, Node]
    flows: tuple[Flow, ...]
    xml: bytes = field(repr=False, default=b"")

    def out(self, node_id):
        return [flow for flow in self.flows if flow.source == node_id]

    def after(self, node_id, known):
        """The tasks and ends that a case comes to from a node, with what is known then."""
        found, ahead, seen = set(), [node_id], set()
        while ahead:
            for way in self._taken(ahead.pop(), known):
                target = self.nodes[way.target]
                if target.kind in ("userTask", "endEvent"):
                    found.add(target.id)
                elif target.id not in seen:
                    seen.add(target.id)
                    ahead.append(target.id)
        return found

    def _taken(self, node_id, known):
        ways, node = self.out(node_id), self.nodes[node_id]
        if node.kind != "exclusiveGateway" or len(ways) == 1:
            return ways
        holding = [w for w in ways if w.condition and conditions.evaluate(w.condition, known)]
        return holding[:1] or [way for way in ways if way.id == node.default]

    @property
    def tasks(self):
        return [node for node in self.nodes.values() if node.kind == "userTask"]

    @property
    def start(self):
        return next(node for node in self.nodes.values() if node.kind == "startEvent")


def read(xml):
    """The process in a BPMN file.

    Raises    Incorrect `workflow.model_wrong` (facts: issues, each with expression and message);
              TooLarge `workflow.model_too_large`
    """
    if len(xml) > _LARGEST:
        raise errors.TooLarge("workflow.model_too_large", _("Tệp quy trình lớn hơn 1 MB."))
    element = _process_of(xml)
    issues = []
    nodes = _nodes(element, issues)
    flows = _flows(element, nodes, issues)
    found = Process(element.get("id", ""), element.get("name", ""), nodes, flows, bytes(xml))
    if not issues:
        issues += _shape(found)
    if not issues:
        issues += _traps(found)
    if issues:
        raise _wrong(issues)
    return found


def _wrong(issues):
    told = [{"expression": where, "message": message} for where, message in issues]
    return errors.Incorrect(
        "workflow.model_wrong",
        _("Quy trình chưa đúng; hãy sửa những chỗ được nêu."),
        issues=told,
    )


def _process_of(xml):
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(bytes(xml), parser)
    except etree.XMLSyntaxError as why:
        raise _wrong([("", _("Tệp không phải XML đọc được."))]) from why
    if root.getroottree().docinfo.doctype:
        raise _wrong([("", _("Tệp không được có DOCTYPE."))])
    found = root.findall(f"{{{BPMN}}}process")
    if len(found) != 1:
        raise _wrong([("", _("Tệp cần đúng một quy trình (process)."))])
    return found[0]


def _nodes(element, issues):
    nodes = {}
    for child in element.iterchildren(etree.Element):
        kind = etree.QName(child).localname
        node_id = child.get("id", "")
        if kind in _BESIDE:
            continue
        if kind not in _SERVED or _has_event(child):
            issues.append((node_id, _("Phần tử {kind} không được dùng.").format(kind=kind)))
        elif not _NAME.fullmatch(node_id) or node_id in nodes:
            issues.append((node_id, _("Mã phần tử thiếu, sai hoặc trùng.")))
        else:
            nodes[node_id] = _node(child, kind, node_id, issues)
    if len(nodes) > _MOST_NODES:
        issues.append(("", _("Quy trình có quá nhiều phần tử.")))
    return nodes


def _has_event(child):
    return any(etree.QName(e).localname.endswith("Definition") for e in child.iter(etree.Element))


def _node(child, kind, node_id, issues):
    values = {
        name: child.get(f"{{{OURS}}}{name}", "") for name in ("role", "term", "outcomes", "org")
    }
    if kind == "userTask":
        if values["role"] not in {*ROLES, APPLICANT}:
            issues.append((node_id, _("Việc này chưa nêu vai trò có thật (haidang:role).")))
        if not child.get("name", "").strip():
            issues.append((node_id, _("Việc này chưa có tên.")))
    return Node(
        id=node_id,
        kind=kind,
        name=child.get("name", ""),
        role=values["role"],
        term=_term(values["term"], node_id, issues),
        outcomes=tuple(filter(None, (one.strip() for one in values["outcomes"].split(",")))),
        org=values["org"],
        default=child.get("default", ""),
    )


def _term(text, node_id, issues):
    if not text:
        return None
    amount, _space, unit = text.partition(" ")
    try:
        return Term(int(amount), unit)
    except (ValueError, errors.Incorrect):
        issues.append((node_id, _("Thời hạn viết dạng «3 working_day», «2 day» hoặc «8 hour».")))
        return None


def _flows(element, nodes, issues):
    found = []
    for child in element.findall(f"{{{BPMN}}}sequenceFlow"):
        condition = "".join(child.xpath("*[local-name()='conditionExpression']/text()")).strip()
        flow = Flow(
            child.get("id", ""),
            child.get("sourceRef", ""),
            child.get("targetRef", ""),
            child.get("name", ""),
            condition,
        )
        found.append(flow)
        if flow.source not in nodes or flow.target not in nodes:
            issues.append((flow.id, _("Đường nối dẫn tới phần tử không có.")))
        if condition:
            try:
                conditions.names_in(condition)
            except errors.Incorrect as why:
                issues.append((flow.id, why.message))
    return tuple(found)


def _shape(process):
    """Faults of the drawing: starts, ends, gateways that could leave a case without a way."""
    kinds = [node.kind for node in process.nodes.values()]
    if kinds.count("startEvent") != 1 or "endEvent" not in kinds:
        yield "", _("Quy trình cần đúng một điểm bắt đầu và ít nhất một điểm kết thúc.")
        return
    for node in process.nodes.values():
        ways = process.out(node.id)
        if node.kind == "endEvent":
            if ways:
                yield node.id, _("Sau điểm kết thúc không được có đường đi.")
        elif not ways:
            yield node.id, _("Từ đây không có đường đi tiếp.")
        elif node.kind == "exclusiveGateway" and len(ways) > 1:
            yield from _choices(node, ways)
        elif node.kind != "parallelGateway" and len(ways) > 1:
            yield node.id, _("Rẽ nhánh phải qua một cổng (gateway).")
    yield from _unreached(process)


def _choices(node, ways):
    if node.default not in {way.id for way in ways}:
        yield node.id, _("Cổng này cần một đường mặc định, nếu không hồ sơ có thể bị kẹt.")
    for way in ways:
        if way.id != node.default and not way.condition:
            yield way.id, _("Đường này cần điều kiện.")


def _unreached(process):
    reached, ahead = set(), [process.start.id]
    while ahead:
        here = ahead.pop()
        if here not in reached:
            reached.add(here)
            ahead += [way.target for way in process.out(here)]
    for node_id in process.nodes:
        if node_id not in reached:
            yield node_id, _("Không có đường nào dẫn tới đây.")


def _traps(process):
    """Whether some way through leaves a case without an end: every marking is played.

    A marking is how many tokens wait on each flow. A parallel gateway takes one from each flow in;
    any other node takes one from any. What cannot go on and has not ended is a trap; so is a
    marking from which no end can be reached, and one that grows for ever.
    """
    first = frozenset({(process.out(process.start.id)[0].id, 1)})
    ways, ahead = {}, [first]
    while ahead:
        marking = ahead.pop()
        if marking in ways:
            continue
        ways[marking] = list(_steps(process, dict(marking)))
        if len(ways) > _MOST_STATES or any(count > 8 for _flow, count in marking):
            return [("", _("Quy trình sinh ra vô hạn việc song song."))]
        ahead += ways[marking]
    ends = _leading_to_end(ways)
    stuck = [marking for marking in ways if marking and marking not in ends]
    if not stuck:
        return []
    dead = [marking for marking in stuck if not ways[marking]] or stuck
    waiting = {flow for flow, _count in dead[0]}
    target = next(flow.target for flow in process.flows if flow.id in waiting)
    return [(target, _("Hồ sơ có thể bị kẹt ở đây và không bao giờ tới điểm kết thúc."))]


def _steps(process, marking):
    incoming = {}
    for flow in process.flows:
        incoming.setdefault(flow.target, []).append(flow.id)
    for node_id, flows in incoming.items():
        node = process.nodes[node_id]
        if node.kind == "parallelGateway":
            if all(marking.get(each) for each in flows):
                yield from _moved(process, node, marking, flows)
        else:
            for each in flows:
                if marking.get(each):
                    yield from _moved(process, node, marking, [each])


def _moved(process, node, marking, taken):
    left = dict(marking)
    for each in taken:
        left[each] -= 1
    out = [flow.id for flow in process.out(node.id)]
    for chosen in [out] if node.kind != "exclusiveGateway" else [[one] for one in out]:
        after = dict(left)
        for each in chosen:
            after[each] = after.get(each, 0) + 1
        yield frozenset((flow, count) for flow, count in after.items() if count)


def _leading_to_end(ways):
    """The markings from which the empty one, where all has ended, can be reached."""
    back = {}
    for marking, targets in ways.items():
        for target in targets:
            back.setdefault(target, []).append(marking)
    found, ahead = set(), [frozenset()]
    while ahead:
        here = ahead.pop()
        if here not in found:
            found.add(here)
            ahead += back.get(here, [])
    return found
