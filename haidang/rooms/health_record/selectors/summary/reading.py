"""A summary's resources in words, one table row each, in Vietnamese or English (đọc thành chữ).

Codes are put into the language of the document where the code system has words in it; what
somebody typed stays as it was typed.
"""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from haidang.kernel import dates, systems, text
from haidang.rooms.health_record import fhir
from haidang.rooms.health_record.fhir import elements as el
from haidang.rooms.health_record.selectors import words
from haidang.rooms.health_record.selectors.summary import loinc, selection
from haidang.ui import wording

ENGLISH = "en"
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()  # noqa: SIM905
_MONTH, _DAY = len("2026-11"), len("2026-11-25")
_CRITICALITY = {
    "high": gettext_noop("Cao"),
    "low": gettext_noop("Thấp"),
    "unable-to-assess": gettext_noop("Chưa rõ"),
}
_INGREDIENT = systems.codes("drug-ingredient")
# Codes that answer a question about the thing beside them, and do not name it.
_ANSWERS = {systems.codes("caesarean")}


class Reader:
    """Puts resources into words of one language.

    concepts    {(system, code): terminology Concept}
    places      {facility number: name}
    visits      {`Encounter/id`: facility number}
    """

    def __init__(self, language, concepts, places, visits):
        self.language, self.concepts = language, concepts
        self.places, self.visits = places, visits

    def rows(self, key, chosen):
        """The cells of each line of a section, as many as it has columns."""
        read = getattr(self, f"_{key}")
        return [tuple(read(one)) for one in chosen]

    # ── Sections ───────────────────────────────────────────────────────────────────────────

    def _allergies(self, one):
        found = one.resource
        reactions = [
            self.name(concept)
            for reaction in found.get("reaction", ())
            for concept in reaction.get("manifestation", ())
        ]
        name = self.name(found.get("code")) or fhir.part_of(found).name or _("Chưa rõ tác nhân")
        if selection.is_over(one):
            yield _("%(name)s (không còn dị ứng)") % {"name": name}
        else:
            yield self._sure(name, found)
        yield words.word(_CRITICALITY, found.get("criticality", ""))
        yield ", ".join(dict.fromkeys(reactions))
        yield self.day(found.get("recordedDate") or found.get("onsetDateTime"))

    def _medications(self, one):
        part = fhir.part_of(one.resource)
        yield self._drug(one.resource, part)
        yield ", ".join(dict.fromkeys(filter(None, (part.dose, self._how(one.resource, part)))))
        yield self.day(part.at)
        yield self.place(one.resource)

    def _drug(self, resource, part):
        """The name on the box with its strength, and the substance where the name hides it."""
        concept = resource.get("medicationCodeableConcept")
        code = el.code(concept, _INGREDIENT)
        substance = self._display(_INGREDIENT, code, "") if code else ""
        name = words.medicine(part) or _("Thuốc chưa rõ tên")
        hidden = substance and text.fold(substance) not in text.fold(name)
        return f"{name} · {substance}" if hidden else name

    def _how(self, resource, part):
        dosage = el.first(resource.get("dosageInstruction") or resource.get("dosage"))
        return dosage.get("patientInstruction") or self.name(dosage.get("route"))

    def _problems(self, one):
        concept = one.resource.get("code")
        yield self._sure(self.name(concept), one.resource)
        yield "" if el.says_none(concept) else el.code(concept, systems.ICD10) or el.code(concept)
        yield self.day(one.first_at)
        yield self.day(fhir.part_of(one.resource).at)

    _past = _problems

    def _immunizations(self, one):
        part = fhir.part_of(one.resource)
        yield self.name(one.resource.get("vaccineCode"))
        yield part.dose
        yield part.lot
        yield self.day(part.at) or one.resource.get("occurrenceString", "")

    def _results(self, one):
        part = fhir.part_of(one.resource)
        level = words.level(part)[1]
        yield self.name(one.resource.get("code"))
        yield self.value(one.resource) + (f" ({level})" if level else "")
        yield self.number(words.range_text(part.range, part.unit))
        yield self.day(part.at)

    _vitals = _social = _results

    def _procedures(self, one):
        part = fhir.part_of(one.resource)
        yield self.name(one.resource.get("code"))
        yield part.code
        yield self.place(one.resource)
        yield self.day(part.at)

    def _stays(self, one):
        part = fhir.part_of(one.resource)
        yield "; ".join(part.diagnoses) or part.conclusion or part.reason
        yield self.span(part.at, part.end)
        yield part.place or self.places.get(part.facility, part.facility or "")
        yield self._outcome(one.resource, part)

    def _outcome(self, resource, part):
        coding = el.extension(resource, "treatment-outcome") or {}
        return self._display(coding.get("system"), coding.get("code"), part.outcome)

    def _plans(self, one):
        period = one.resource.get("period") or {}
        yield one.resource.get("title") or self.name(el.first(one.resource.get("category")))
        yield one.resource.get("description", "")
        yield self.span(period.get("start"), period.get("end"))
        yield ""

    # ── Words ──────────────────────────────────────────────────────────────────────────────

    def _sure(self, name, resource):
        """A name, and that nobody has confirmed it."""
        unsure = el.code(resource.get("verificationStatus")) in el.UNSURE
        return _("%(name)s (chưa khẳng định)") % {"name": name} if unsure else name

    def name(self, concept):
        """What a CodeableConcept is called: in English by its codes, else as it was written."""
        if self.language == ENGLISH:
            for coding in (concept or {}).get("coding", ()):
                if found := self._english(coding.get("system"), coding.get("code")):
                    return found
        return el.words(concept)

    def _english(self, system, code):
        if system == systems.LOINC and code in loinc.names():
            return loinc.names()[code]
        found = self.concepts.get((system, code))
        return found.display_en if found and system not in _ANSWERS else ""

    def _display(self, system, code, otherwise):
        found = self.concepts.get((system, code))
        if found is None:
            return otherwise
        return (found.display_en if self.language == ENGLISH else found.display_vi) or otherwise

    def value(self, holder):
        """The value of an Observation or of one of its components."""
        for name, value in holder.items():
            if name.startswith("value"):
                return self._shown(name, value)
        inner = [f"{self.name(c.get('code'))} {self.value(c)}" for c in holder.get("component", ())]
        return "; ".join(inner)

    def _shown(self, name, value):
        if name == "valueQuantity":
            return self.number(el.amount(value))
        if name == "valueCodeableConcept":
            return self.name(value)
        if name == "valueBoolean":
            return _("có") if value else _("không")
        if isinstance(value, dict):
            return " – ".join(str(v) for v in value.values() if not isinstance(v, (dict, list)))
        return str(value)

    def number(self, shown):
        """A number as the language writes it."""
        return shown.replace(",", ".") if self.language == ENGLISH else shown

    def day(self, at):
        """A FHIR date as people write it: `25/11/2026`, or `25 Nov 2026`."""
        at = (at or "")[:_DAY]
        if self.language != ENGLISH:
            return dates.show(at)
        year, month, day = at[:4], at[5:_MONTH], at[8:]
        return " ".join(
            filter(None, (day.lstrip("0"), _MONTHS[int(month) - 1] if month else "", year))
        )

    def span(self, start, end):
        return " – ".join(dict.fromkeys(filter(None, (self.day(start), self.day(end)))))

    def place(self, resource):
        """The name of the facility whose visit something belongs to."""
        facility = self.facility(resource)
        return self.places.get(facility, facility or "")

    def facility(self, resource):
        """The number of that facility, or None."""
        visit = el.reference(resource.get("encounter") or resource.get("context"))
        return self.visits.get(visit)

    def sex(self, value):
        return wording.sex_text(value).capitalize() or _("chưa rõ")
