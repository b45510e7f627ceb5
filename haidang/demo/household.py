"""The family of the citizen account: who lives together, who may act for whom, who signs in."""

from django.utils.translation import gettext as _

from haidang.demo import people_at_work, plan, population
from haidang.engines.people import api as people
from haidang.kernel import actor, errors

CODE = "DEMO-0001"
RELATIONS = ("child", "grandchild", "spouse", "head")


def build(seed, people_of_city, tell):
    """Write households and guardians of mothers and children, then the citizen's account."""
    family = population.family(seed)
    mother, _child, *grandparents = _the_family(family)
    for grandparent in grandparents:
        _act_for(grandparent, mother, "carer")
    people_at_work.create(
        plan.city()["citizen"]["username"], patient=mother.id, name=family.mother.name
    )
    others = [p for p in people_of_city if p.mother and p.mother != family.mother]
    for number, one in enumerate(others, start=1):
        _mother_and_child(one, f"DEMO-{number + 1:04d}")
        tell(number + 1, len(others) + 1)
    tell(len(others) + 1, len(others) + 1)


def _the_family(family):
    found = [_find(person) for person in family.members]
    _live_together(CODE, family.mother, list(zip(found, RELATIONS, strict=True)))
    _act_for(found[1], found[0], "mother")
    return found


def _mother_and_child(child, code):
    """A child of the crowd and its mother; whoever has not been to a facility yet is not known."""
    found = [_look_up(child.mother), _look_up(child)]
    if all(found):
        _live_together(code, child.mother, list(zip(found, ("head", "child"), strict=True)))
        _act_for(found[1], found[0], "mother")


def _live_together(code, mother, members):
    people.save_household(
        code,
        members=[(hit.rid, relation) for hit, relation in members],
        address=mother.address,
        commune=mother.commune,
        by=actor.SYSTEM,
    )


def members(seed):
    """The family as the person index knows it, in the order of `Family.members`."""
    return [_find(person) for person in population.family(seed).members]


def _act_for(person, guardian, relation):
    people.set_guardian(person.rid, guardian.rid, relation=relation, by=actor.SYSTEM)


def _find(person):
    """The one whom the family's dossiers made, by number."""
    found = _look_up(person)
    if found is None:
        raise errors.NotFound(
            "demo.person_missing",
            _("Hồ sơ của gia đình mô phỏng chưa được nhận; xem màn hình tiếp nhận."),
        )
    return found


def _look_up(person):
    hits = people.find(person.citizen_id or person.card, by=actor.SYSTEM)
    return hits[0] if hits else None
