"""The FHIRPath of search parameters, as far as the published ones use it.

They are unions of paths with `ofType(…)`, `where(name='value')` and `where(resolve() is Type)`.
"""

import re
from dataclasses import dataclass

_BRACKETS = re.compile(r"^\((?P<inner>.*\))\)(?P<tail>[.\w]*)$")
_STEP = re.compile(
    r"(?P<name>[A-Za-z]\w*)(?:\((?:(?P<key>\w+)='(?P<value>[^']*)'"
    r"|resolve\(\) is (?P<target>\w+)|(?P<of>\w+))?\))?(?:\.|$)"
)


@dataclass(frozen=True)
class Step:
    """One element of a path; `of` picks one type of a choice, `where` a sibling's value."""

    name: str
    of: str | None = None
    where: tuple[str, str] | None = None


@dataclass(frozen=True)
class Expression:
    """One part of a union: `root.step.step`, pointing only at `target` when that is given."""

    root: str
    steps: tuple[Step, ...]
    target: str | None = None

    @property
    def text(self):
        return ".".join([self.root, *map(_shown, self.steps)])


def parse(text, base):
    """The expressions of a union that speak of `base`; unreadable ones are left out."""
    parts = (_parse_one(part.strip(), base) for part in (text or "").split("|"))
    return [part for part in parts if part and part.root == base]


def _parse_one(text, base):
    found = _BRACKETS.match(text)
    text = found["inner"] + found["tail"] if found else text
    steps, target, at = [], None, 0
    while at < len(text):
        found = _STEP.match(text, at)
        if found is None:
            return None
        at = found.end()
        if found["name"] == "ofType":
            steps[-1] = Step(steps[-1].name, of=found["of"])
        elif found["name"] == "where":
            target = found["target"]
            if found["key"]:
                steps[-1] = Step(steps[-1].name, where=(found["key"], found["value"]))
        else:
            steps.append(Step(found["name"]))
    return _rooted(steps, target, base)


def _rooted(steps, target, base):
    names = {"Resource", "DomainResource"}
    if steps and steps[0].name in names:
        return Expression(base, tuple(steps[1:]), target)
    if steps and steps[0].name[0].isupper():
        return Expression(steps[0].name, tuple(steps[1:]), target)
    return Expression(base, tuple(steps), target)


def _shown(step):
    if step.of:
        return f"{step.name}:{step.of[0].lower()}{step.of[1:]}"
    return f"{step.name}[{step.where[0]}={step.where[1]}]" if step.where else step.name
