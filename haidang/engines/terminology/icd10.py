"""ICD-10 as the insurance agency reads it: which list, which flags (mã bệnh ICD-10).

Source: Thông tư 06/2026/TT-BYT (visits that end on or after 2026-07-01, even if they began
before); Quyết định 4469/QĐ-BYT of 2020 for visits that ended earlier.
"""

import re
from dataclasses import dataclass, fields

from haidang.engines.terminology import lookups
from haidang.kernel import systems

SHAPE = re.compile(r"[A-Z]\d\d(\d{1,2})?")


@dataclass(frozen=True)
class Flags:
    """What the list says about using one code.

    not_main            never the main diagnosis (blocks)
    discouraged_main    main diagnosis discouraged (warns)
    has_specific_child  not usable, a longer code is more specific (blocks)
    death_cause_only    only as cause of death (blocks elsewhere)
    female, male        only or mainly in one sex (warns)
    """

    not_main: bool = False
    discouraged_main: bool = False
    has_specific_child: bool = False
    death_cause_only: bool = False
    female: bool = False
    male: bool = False


NAMES = tuple(field.name for field in fields(Flags))


def normal(code):
    """A code as the list writes it: `a000`, `A00.0*`, ` A000† ` → `A00.0`; else unchanged.

    Dagger and asterisk are left off: they say how codes go together, not which code it is.
    """
    bare = re.sub(r"[.\s*†+]", "", code.upper())
    if not SHAPE.fullmatch(bare):
        return code.strip()
    return bare if len(bare) == 3 else f"{bare[:3]}.{bare[3:]}"


def concept(code, *, on):
    """The concept of a diagnosis code in the list in force on `on` (the day the visit ends).

    Blocks and chapters stand in the list too, but are no diagnoses: for them the answer is None.
    """
    found = lookups.lookup(systems.ICD10, normal(code), on=on)
    return None if found and found.properties.get("notSelectable") else found


def flags_of(properties):
    """The flags of a concept's properties."""
    return Flags(**{name: bool(properties.get(name)) for name in NAMES})
