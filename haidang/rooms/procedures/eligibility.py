"""Eligibility (điều kiện thực hiện): what must hold before one applies, asked in plain words.

A condition is a question that is answered yes, no or not sure. Nothing of the answers is kept, so
that nobody fears to ask; whoever decides looks at the papers, never at this.

Source: NĐ 63/2010/NĐ-CP, Điều 8: requirements and conditions are a part of a procedure and published
with it. Each condition names the text that it comes from.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from haidang.kernel import errors

ANSWERS = ("yes", "no", "unsure")
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_MOST, _LONGEST = 20, 500


@dataclass(frozen=True)
class Condition:
    """One condition, as a question.

    needed       whether the answer that opens the way is yes
    otherwise    what the other answer means, and what to do then
    instead      key of the procedure that fits then; empty for none
    result_code  a result (`KQ.SYT.06`) that answers yes for whoever holds it and it is valid
    """

    key: str
    ask: str
    otherwise: str
    needed: bool = True
    instead: str = ""
    result_code: str = ""
    source: str = ""
    ask_en: str = ""
    otherwise_en: str = ""


@dataclass(frozen=True)
class Verdict:
    """What the answers come to: `eligible`, `not_yet` or `unclear`, and because of which conditions."""

    kind: str
    against: tuple[Condition, ...] = ()
    unclear: tuple[Condition, ...] = ()


def judge(conditions, answers: Mapping[str, str]):
    """What answers come to.

    answers   one of `ANSWERS` by the key of the condition; what else stands there is left aside

    Raises    Incorrect `procedures.conditions_unanswered` (facts: keys)
    """
    missing = [one.key for one in conditions if answers.get(one.key) not in ANSWERS]
    if missing:
        raise errors.Incorrect(
            "procedures.conditions_unanswered", "Hãy trả lời mọi câu hỏi.", keys=missing
        )
    said = {one.key: answers[one.key] for one in conditions}
    against = tuple(one for one in conditions if said[one.key] == ("no" if one.needed else "yes"))
    unclear = tuple(one for one in conditions if said[one.key] == "unsure")
    kind = "not_yet" if against else "unclear" if unclear else "eligible"
    return Verdict(kind, against, unclear)


def conditions_of(values: Mapping):
    """The conditions of a definition that has no `faults`."""
    return tuple(Condition(**one) for one in values.get("conditions") or ())


def faults(values: Mapping):
    """What is wrong with the conditions of a definition, each with its place."""
    listed = values.get("conditions") or ()
    if not isinstance(listed, list | tuple) or len(listed) > _MOST:
        yield _fault("conditions", "Điều kiện là một danh sách, nhiều nhất 20.")
        return
    seen = set()
    for number, one in enumerate(listed):
        place = f"conditions[{number}]"
        if not _reads(one):
            yield _fault(place, "Mỗi điều kiện có key, ask và otherwise, viết bằng chữ.")
        elif one["key"] in seen:
            yield _fault(place, "Hai điều kiện không thể cùng key.")
        else:
            seen.add(one["key"])
        if _reads(one) and one.get("instead") == values.get("key"):
            yield _fault(place, "Thủ tục nên làm thay phải là một thủ tục khác.")


def _reads(one):
    known = set(Condition.__dataclass_fields__)
    if not isinstance(one, dict) or not {"key", "ask", "otherwise"} <= set(one) <= known:
        return False
    texts = [value for name, value in one.items() if name != "needed"]
    if not all(isinstance(value, str) and len(value) <= _LONGEST for value in texts):
        return False
    worded = (
        isinstance(one.get("needed", True), bool)
        and one["ask"].strip()
        and one["otherwise"].strip()
    )
    return bool(worded and _KEY.fullmatch(one["key"]))


def _fault(place, message):
    return {"expression": place, "message": message}
