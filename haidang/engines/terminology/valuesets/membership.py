"""Whether codes belong to a value set, and what is wrong with them (kiểm tra mã).

Source    FHIR R4, valueset-operation-validate-code.html. What R4 leaves open: docs/decisions/0007.
"""

# ruff: noqa: S608

from haidang.engines.terminology import choosing, judging
from haidang.engines.terminology.valuesets import compiling, definitions, expanding


def validate_code(
    value_set, system, code, *, on=None, versions=expanding.ANY, beside=definitions.nothing_beside
):
    """The member (system, code) of a value set, or None; without a system any system will do.

    Raises    as `expand`
    """
    found = find(value_set, [(system, code)], on=on, versions=versions, beside=beside)
    return next(iter(found.members), None)


def find(value_set, pairs, *, on=None, versions=expanding.ANY, beside=definitions.nothing_beside):
    """Those of some (system or None, code) that belong, as an `Expansion` of just them.

    Raises    as `expand`
    """
    definition = definitions.read(value_set, beside=beside)
    on = definition.locked or on or choosing.today()
    chosen = expanding.choose(definition, versions, on)
    query = compiling.Query(on)
    members = compiling.members(
        query, definition, chosen, compiling.Narrowed(keys=(_keys(query, pairs),))
    )
    rows = expanding.run(
        f"SELECT {compiling.COLUMNS} FROM ({members}) m ORDER BY system, code", query
    )
    own = definition.words()
    return Found(definition, [expanding.contained(row, own=own) for row in rows], on)


class Found:
    """What belongs of the codes that were asked for."""

    def __init__(self, definition, members, on):
        self.definition, self.members, self.on = definition, members, on


def _keys(query, pairs):
    each = []
    for system, code in pairs:
        test = f"code = {query.put(code)}"
        each.append(f"({test} AND system = {query.put(system)})" if system else f"({test})")
    return f"({' OR '.join(each)})"


def check(value_set, codings, *, language="vi", abstract=False, on=None, versions=expanding.ANY,
          beside=definitions.nothing_beside):  # fmt: skip
    """Judge codings (`judging.Coding`) against a value set; one that is right is enough.

    Raises    as `expand`
    """
    pairs = [(each.system or None, each.code) for each in codings]
    found = find(value_set, pairs, on=on, versions=versions, beside=beside)
    return judging.best([_judge(each, found, abstract, language) for each in codings])


def _judge(coding, found, abstract, language):
    fit = [m for m in found.members if m.code == coding.code and coding.system in ("", m.system)]
    if len(fit) > 1:
        return judging.wrong(coding, "ambiguous")
    if not fit:
        why = judging.why_unknown(coding, judging.concepts([coding], on=found.on))
        named = {part.system for part in found.definition.parts()}
        if why == "system" and coding.system in named:
            why = "outside"  # the set spells its codes out, which is told without the system
        return judging.wrong(coding, why or "outside")
    (member,) = fit
    if coding.version and member.version and coding.version != member.version:
        return judging.wrong(coding, "version", version=member.version)
    return judging.judge(coding, member, abstract=abstract, language=language)
