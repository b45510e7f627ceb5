"""The family of the citizen account: who lives together, who may act for whom, who signs in."""

from django.utils.translation import gettext as _

from haidang.demo import people_at_work, plan, population
from haidang.engines.people import api as people
from haidang.kernel import actor, errors

CODE = "DEMO-0001"
RELATIONS = ("child", "grandchild", "spouse", "head")


def build(seed, tell):
    """Write household and guardians, then create the citizen's account."""
    family = population.family(seed)
    found = members(seed)
    mother, child, grandmother, grandfather = found
    people.save_household(
        CODE,
        members=[(hit.rid, relation) for hit, relation in zip(found, RELATIONS, strict=True)],
        address=family.mother.address,
        commune=family.mother.commune,
        by=actor.SYSTEM,
    )
    _act_for(child, mother, "mother")
    _act_for(grandmother, mother, "carer")
    _act_for(grandfather, mother, "carer")
    people_at_work.create(
        plan.city()["citizen"]["username"], patient=mother.id, name=family.mother.name
    )
    tell(len(found), len(found))


def members(seed):
    """The family as the person index knows it, in the order of `Family.members`."""
    return [_find(person) for person in population.family(seed).members]


def _act_for(person, guardian, relation):
    people.set_guardian(person.rid, guardian.rid, relation=relation, by=actor.SYSTEM)


def _find(person):
    """The one whom the family's dossiers made, by number."""
    hits = people.find(person.citizen_id or person.card, by=actor.SYSTEM)
    if not hits:
        raise errors.NotFound(
            "demo.person_missing",
            _("Hồ sơ của gia đình mô phỏng chưa được nhận; xem màn hình tiếp nhận."),
        )
    return hits[0]
