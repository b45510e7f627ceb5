"""A process changed step by step: who does a step, in which time; the drawing stays as it is.

What needs another drawing is drawn in any BPMN program and brought as a file.
"""

from lxml import etree

from haidang.engines.workflow.process import BPMN, OURS, read


def with_steps(bpmn, steps):
    """A model in which some steps have another name, role or term.

    steps    {element: {"name": text, "role": role, "term": "3 working_day" or empty}}

    Raises    Incorrect `workflow.model_wrong` (facts: issues), as `process.read`
    """
    read(bpmn)
    root = etree.fromstring(bytes(bpmn), etree.XMLParser(resolve_entities=False, no_network=True))
    for element in root.iter(f"{{{BPMN}}}userTask"):
        changed = steps.get(element.get("id"), {})
        if "name" in changed:
            element.set("name", changed["name"])
        for name in ("role", "term"):
            if changed.get(name):
                element.set(f"{{{OURS}}}{name}", changed[name])
            elif name in changed:
                element.attrib.pop(f"{{{OURS}}}{name}", None)
    found = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    read(found)
    return found
