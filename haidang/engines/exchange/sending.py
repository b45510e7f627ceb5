"""The way back (xuất hồ sơ): a visit of the records as a QĐ 3176 file."""

from django.utils import timezone
from django.utils.translation import gettext

from haidang.engines.access import api as access
from haidang.engines.exchange import mapping, models
from haidang.engines.exchange.adapters.claims import writer
from haidang.engines.records import api as records
from haidang.kernel import actor, dates, errors


def export_visit(encounter_ref):
    """The visit as bytes of a QĐ 3176 file with one dossier.

    encounter_ref   `Encounter/<id>`

    Raises    NotFound `exchange.visit_unknown`
    """
    row = models.Dossier.objects.filter(encounter=encounter_ref, state="accepted").first()
    if row is None:
        raise errors.NotFound(
            "exchange.visit_unknown", gettext("Không có lượt khám này trong hồ sơ đã nhận.")
        )
    with access.reach(actor.SYSTEM, people="all"):
        stored = [each for each in records.get_many(row.refs) if each is not None]
    dossier = mapping.dossier_of([each.resource for each in stored])
    today = timezone.now().astimezone(dates.HANOI)
    return writer.write([dossier], sender=dossier.facility, made_on=f"{today:%Y%m%d}")
