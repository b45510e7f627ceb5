"""Which JSON keys an expression means, and the data type found under each."""

from haidang.engines.records.index.expressions import Step


class Elements:
    """The elements of R4 by path, from the published structure definitions."""

    def __init__(self, definitions):
        self._by_path = {}
        for definition in definitions:
            if definition["resourceType"] == "StructureDefinition" and "snapshot" in definition:
                for element in definition["snapshot"]["element"]:
                    self._by_path.setdefault(element["path"], element)

    def leaves(self, root, steps):
        """Every (keys, type) that the steps lead to from `root`.

        A key is a name, or (name, where) when a sibling's value decides.
        """
        found = [((), root, root)]
        for step in steps:
            found = [leaf for one in found for leaf in self._follow(one, step)]
        return [(keys, kind) for keys, kind, _ in found]

    def single(self, root, steps):
        """True when no step repeats, so that a resource has at most one value at the end."""
        path = root
        for step in steps:
            element = self._by_path.get(f"{path}.{step.name}") or self._by_path.get(
                f"{path}.{step.name}[x]"
            )
            if element is None or element["max"] != "1":
                return False
            path = self._typed(element)[1]
        return True

    def _follow(self, before, step: Step):
        keys, kind, path = before
        element = self._by_path.get(f"{path}.{step.name}")
        if element is not None:
            return [(*self._grown(keys, step, step.name), *self._typed(element))]
        choice = self._by_path.get(f"{path}.{step.name}[x]")
        if choice is None:
            return []
        wanted = [t["code"] for t in choice["type"]]
        if step.of:
            wanted = [code for code in wanted if code.lower() == step.of.lower()]
        return [
            (*self._grown(keys, step, step.name + code[0].upper() + code[1:]), code, code)
            for code in wanted
        ]

    def _grown(self, keys, step, name):
        return ((*keys, (name, step.where) if step.where else name),)

    def _typed(self, element):
        """(type, path to go on from) of an element that is not a choice."""
        if "contentReference" in element:
            return "BackboneElement", element["contentReference"][1:]
        codes = [t["code"] for t in element.get("type", ())]
        code = codes[0] if codes else "Element"
        if code.startswith("http://hl7.org/fhirpath/"):
            code = "string"
        inside = code in {"BackboneElement", "Element"}
        return code, element["path"] if inside else code
