"""Where each field of each table lives in FHIR: the mapping table, one module for each group of tables."""

from haidang.engines.exchange.adapters.claims.fhir.homes import (
    check_in,
    course,
    drugs,
    money,
    paper_parts,
    person,
    programmes,
    results,
    services,
    stay,
)
from haidang.engines.exchange.adapters.claims.fhir.shape import Shape

# What a row repeats from its dossier and place, and is kept only where it differs: field → what it is expected to be.
EXPECTED = {
    "MA_LK": "the visit key: Encounter.identifier[visit].value",
    "STT": "the place of the row in its table",
    "MA_CSKCB": "the facility: Encounter.serviceProvider.identifier.value",
}

# (table, part) → the shape of that part of a row
SHAPES: dict[tuple[str, str], Shape] = {
    **person.SHAPES,
    **stay.SHAPES,
    **money.SHAPES,
    **drugs.SHAPES,
    **services.SHAPES,
    **results.SHAPES,
    **course.SHAPES,
    **programmes.SHAPES,
    **paper_parts.SHAPES,
    **check_in.SHAPES,
}
