"""XML5: each note is a ClinicalImpression; vital signs written in it become an Observation beside it."""

from haidang.engines.exchange.adapters.claims.fhir import marks, rows
from haidang.engines.exchange.adapters.claims.fhir.homes import course, stay


def notes(of, dossier) -> list[dict]:
    made = []
    for row in dossier.rows("XML5"):
        made.extend(_note(of, row, dossier.form))
    return made


def _note(of, row, form):
    key, place, left = of.key(row), f"XML5/{row.index}", {}
    note = of.start("ClinicalImpression", "XML5", key)
    marks.put_row(note, place, "note")
    note["status"] = "completed"
    note["subject"] = of.subject()
    note["encounter"] = of.stay()
    course.NOTE.fill(note, row, left)
    rows.keep_unexpected(of, row, left)
    rows.keep_homeless(row, form, ("note",), left)
    marks.put_fields(note, place, left)
    signs = course.vital_signs(row.get("DIEN_BIEN_LS", ""))
    return [note, _signs(of, key, note, signs)] if signs else [note]


def _signs(of, key, note, components):
    made = of.start("Observation", "XML5", key)
    made["status"] = "final"
    made["category"] = [stay.category("vital-signs")]
    made["code"] = {**course.PANEL, "coding": [dict(each) for each in course.PANEL["coding"]]}
    made["subject"] = of.subject()
    made["encounter"] = of.stay()
    made["effectiveDateTime"] = note.get("effectiveDateTime") or of.ended_at
    made["component"] = components
    return made
