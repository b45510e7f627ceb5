"""XML4: results join the report of their service; without one in XML3 they get a report of their own."""

from haidang.engines.exchange.adapters.claims.fhir import codecs, marks, rows
from haidang.engines.exchange.adapters.claims.fhir.build import services
from haidang.engines.exchange.adapters.claims.fhir.homes import results, stay
from haidang.kernel import systems

UNNAMED = "Kết quả"


def results_of(of, dossier, made: list[dict]) -> list[dict]:
    """Observations and further reports; the reports of XML3 in `made` are completed."""
    if not dossier.rows("XML4"):
        return []
    desk = _Desk(of, made)
    for row in dossier.rows("XML4"):
        desk.take(row, dossier.form)
    return desk.new


class _Desk:
    """Where results meet the reports of their services."""

    def __init__(self, of, made):
        self.of, self.new = of, []
        self.reports: dict[str, list[dict]] = {}
        self.read: set[str] = set()  # ids of reports that hold a reading already
        for each in made:
            if each["resourceType"] == "DiagnosticReport":
                self.reports.setdefault(_service_of(each), []).append(each)

    def take(self, row, form):
        report, left = self._report(row), {}
        part, place = results.part_of(row), f"XML4/{row.index}"
        if part == "reading" and report["id"] in self.read:
            part = "words"
        node = self._read(report) if part == "reading" else self._observation(row, report)
        marks.put_row(node, place, part)
        results.SHAPES["XML4", part].fill(node, row, left)
        if node is not report:
            _complete(node, row, report, self.of, left)
        rows.keep_unexpected(self.of, row, left)
        rows.keep_homeless(row, form, (part,), left)
        marks.put_fields(node, place, left)

    def _report(self, row):
        """The report of the row's service: of several the one with the same result time, else the first."""
        service, at = row.get("MA_DICH_VU", ""), row.get("NGAY_KQ", "")
        known = self.reports.get(service)
        if not known:
            known = self.reports[service] = [self._new_report(service)]
        issued = codecs.moment_of(at)
        return next((each for each in known if issued and each.get("issued") == issued), known[0])

    def _new_report(self, service):
        coded = {"system": systems.codes("service"), "code": service}
        code = {"coding": [coded]} if codecs.is_code(service) else {"text": UNNAMED}
        self.new.append(services.report(self.of, code, "", "XML4", service))
        return self.new[-1]

    def _read(self, report):
        self.read.add(report["id"])
        return report

    def _observation(self, row, report):
        made = self.of.start("Observation", "XML4", self.of.key(row))
        made["status"] = "final"
        made["category"] = [stay.category(_category(report))]
        made["subject"] = self.of.subject()
        made["encounter"] = self.of.stay()
        report.setdefault("result", []).append({"reference": f"Observation/{made['id']}"})
        self.new.append(made)
        return made


def _service_of(report):
    codings = report["code"].get("coding", ())
    return next((c["code"] for c in codings if c["system"] == systems.codes("service")), "")


def _category(report):
    section = report.get("category", [{"coding": [{"code": "LAB"}]}])[0]["coding"][0]["code"]
    return {"LAB": "laboratory", "RAD": "imaging"}.get(section, "procedure")


def _complete(made, row, report, of, left):
    if "code" not in made:
        made["code"] = {"text": report["code"].get("text", UNNAMED)}
        left["TEN_CHI_SO"] = row.get("TEN_CHI_SO", "")
    loinc = results.loinc_of(row.get("MA_CHI_SO", ""))
    if loinc:
        made["code"]["coding"].append(loinc)
    made["effectiveDateTime"] = (
        report.get("effectiveDateTime") or made.get("issued") or of.started_at or of.ended_at
    )
