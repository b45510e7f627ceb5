"""Topics: what can be subscribed to, as data shaped like R5's SubscriptionTopic (chủ đề)."""

import functools
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl

from haidang.engines.records.subscriptions import criteria
from haidang.kernel import fhirjson

_FOLDER = Path(__file__).parent / "topics"


@dataclass(frozen=True)
class Trigger:
    """One kind of change that a topic tells of.

    types     resource types; `*` for every one
    on        of create, update, delete
    before, now   queries that the version before and the one now must satisfy; empty for any
    """

    types: frozenset[str]
    on: frozenset[str]
    before: tuple[tuple[str, str], ...]
    now: tuple[tuple[str, str], ...]

    def concerns(self, change):
        kind = "delete" if change.deleted else "create" if change.version == 1 else "update"
        return kind in self.on and bool({change.type, "*"} & self.types)


@dataclass(frozen=True, eq=False)
class Topic:
    """A topic: `facts` is its file; `filters` the parameters a subscription may narrow it by."""

    url: str
    title: str
    facts: dict
    triggers: tuple[Trigger, ...]
    filters: frozenset[str]

    @property
    def types(self):
        return frozenset().union(*(trigger.types for trigger in self.triggers))

    def allows(self, type):
        return bool({type, "*"} & self.types)


@functools.cache
def topics():
    """Every topic by its URL."""
    found = [_topic(fhirjson.loads(path.read_bytes())) for path in sorted(_FOLDER.glob("*.json"))]
    return {topic.url: topic for topic in found}


def _topic(facts):
    return Topic(
        url=facts["url"],
        title=facts["title"],
        facts=facts,
        triggers=tuple(_trigger(each) for each in facts["resourceTrigger"]),
        filters=frozenset(each["filterParameter"] for each in facts.get("canFilterBy", ())),
    )


def _trigger(each):
    asked = each.get("queryCriteria", {})
    return Trigger(
        types=frozenset({each["resource"]}),
        on=frozenset(each["supportedInteraction"]),
        before=tuple(parse_qsl(asked.get("previous", ""))),
        now=tuple(parse_qsl(asked.get("current", ""))),
    )


def satisfied(trigger, type, before, now):
    """Whether a change satisfies a trigger; `before` and `now` are numbers of versions, or None."""
    return _holds(type, trigger.before, before) and _holds(type, trigger.now, now)


def _holds(type, query, numbers):
    if not query:
        return True
    return numbers is not None and criteria.compiled(type, query).hold(numbers)
