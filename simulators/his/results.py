"""Results of tests and images: rows of XML4 (kết quả cận lâm sàng)."""

from collections.abc import Iterator
from datetime import datetime

from simulators.his import body, catalogue
from simulators.his.bill import stamp

# Diseases that show on images and in yes-or-no tests.
_SHOWS = {
    "chest_xray": {"pneumonia", "tuberculosis"}, "knee_xray": {"knee_pain"}, "forearm_xray": {"wrist_fracture"},
    "abdomen_scan": {"gallstones", "appendicitis"}, "pregnancy_scan": {"threatened_miscarriage"},
    "echo": {"heart_failure"}, "head_ct": {"stroke"}, "endoscopy": {"gastritis"}, "ecg": {"heart_failure"},
    "spirometry": {"copd"}, "dengue": {"dengue"}, "afb": {"tuberculosis"},
}  # fmt: skip


def of(panel: catalogue.Panel, visit, at: datetime) -> Iterator[dict[str, str]]:
    """The fields of each result of a panel."""
    common = {
        "MA_DICH_VU": panel.service,
        "NGAY_KQ": stamp(at),
        "MA_BS_DOC_KQ": visit.reader.licence,
    }
    ill = visit.disease.key in _SHOWS.get(panel.key, ())
    if panel.reads:
        words, conclusion = panel.reads["ill" if ill else "normal"]
        yield common | {"MO_TA": words, "KET_LUAN": conclusion}
    elif panel.words:
        found = {"MA_CHI_SO": panel.key, "TEN_CHI_SO": panel.indicator}
        yield common | found | {"GIA_TRI": panel.words[0 if ill else 1]}
    else:
        yield from (common | measured for measured in _measured(panel, visit))


def _measured(panel, visit):
    day, disease = visit.plan.start.date(), visit.disease.key
    for indicator, healthy, places in body.indicators(panel):
        value = visit.body.value(indicator.code, healthy, day, disease, places)
        yield {
            "MA_CHI_SO": indicator.code,
            "TEN_CHI_SO": indicator.name,
            "GIA_TRI": value,
            "DON_VI_DO": indicator.unit,
        }
