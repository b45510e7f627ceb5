"""From judged dossiers to the records they become, people and provenance included."""

from dataclasses import dataclass, field


@dataclass
class Written:
    """What one dossier becomes: its person, its encounter and all its resources."""

    case: object
    patient_ref: str
    patient_rid: int
    encounter_ref: str
    resources: list = field(default_factory=list)

    @property
    def owned(self):
        """References of everything that stands and falls with the visit."""
        return sorted(f"{each['resourceType']}/{each['id']}" for each in self.resources)


def map_all(cases):
    """Find or make the people of the cases and map each to its records."""
    raise NotImplementedError


def together(visits):
    """All resources of a batch."""
    return [resource for visit in visits for resource in visit.resources]
