"""The health department's signatures in the demo city: an authority of its own, all mô phỏng."""

from haidang.engines.access import api as access
from haidang.engines.documents import api as documents
from haidang.rooms.procedures import domain

DIRECTOR = "giamdocso.demo"


def build(tell):
    """Make the department's seal, its director's signature and a timestamp service, once."""
    director = access.actor_of(access.Account.objects.get(username=DIRECTOR))
    documents.make_synthetic_signers(
        org=domain.DEPARTMENT,
        organisation="Sở Y tế mô phỏng Hải Phòng",
        people=[("director", director.ref, director.name, "Giám đốc")],
    )
    tell(1, 1)
