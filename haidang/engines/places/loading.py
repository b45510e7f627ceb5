"""The writer of units, successions, populations and borders: set-based and idempotent."""

from django.db import transaction
from django.utils.translation import gettext as _

from haidang.engines.ledger import api as ledger
from haidang.engines.places import models, units
from haidang.kernel import errors, text

#: A release may lose this share of its rows before a person has to look.
LARGEST_LOSS = 0.20


def load_units(rows, *, name, checksum, valid_from=None, valid_to=None, by, force=False):
    """Load a release of units (kind `places` or `former-places`); return rows, 0 when unchanged.

    rows      dictionaries with code, kind, type_vi, name, parent, latitude, longitude and, for
              former units, successor and extent (one row per successor)

    Raises    RuleBroken `places.surprising_loss` (facts: before, after),
              `places.successor_unknown` (facts: codes)
    Records   event `places.units.loaded`
    """
    with transaction.atomic():
        before = models.Load.objects.select_for_update().filter(name=name).first()
        if before and before.checksum == checksum:
            return 0
        if before and not force and len(rows) < before.rows * (1 - LARGEST_LOSS):
            raise errors.RuleBroken(
                "places.surprising_loss",
                _(
                    "Bản mới mất hơn một phần năm số dòng; kiểm tra nguồn, rồi nạp lại kèm --force nếu đúng."
                ),
                before=before.rows,
                after=len(rows),
            )
        _write_units(rows, name, valid_from, valid_to)
        _write_successions(rows, name, valid_to)
        _note(name, checksum, len(rows), by)
    units.forget()
    return len(rows)


def _write_units(rows, name, valid_from, valid_to):
    """Replace the release's units; a unit that is still there keeps its population and border."""
    learned = {u.code: (u.population, u.border) for u in models.Unit.objects.filter(release=name)}
    models.Unit.objects.filter(release=name).delete()
    once = {row["code"]: row for row in rows}
    fresh = []
    for code, row in once.items():
        population, border = learned.get(code, (None, None))
        fresh.append(
            models.Unit(
                code=code,
                kind=row["kind"],
                type_vi=row["type_vi"],
                name=row["name"],
                search=text.fold(f"{row['type_vi']} {row['name']}"),
                parent=row.get("parent") or "",
                latitude=row.get("latitude") or None,
                longitude=row.get("longitude") or None,
                area_km2=row.get("area_km2") or None,
                population=population,
                border=border,
                valid_from=valid_from,
                valid_to=valid_to,
                release=name,
            )
        )
    models.Unit.objects.bulk_create(fresh, batch_size=1000)


def _write_successions(rows, name, happened_on):
    models.Succession.objects.filter(release=name).delete()
    links = [row for row in rows if row.get("successor")]
    _check_successors({row["successor"] for row in links})
    models.Succession.objects.bulk_create(
        models.Succession(
            former=row["code"],
            successor=row["successor"],
            extent=row["extent"],
            happened_on=happened_on,
            release=name,
        )
        for row in links
    )


def _check_successors(codes):
    known = models.Unit.objects.filter(code__in=codes, valid_to=None).values_list("code", flat=True)
    missing = sorted(codes - set(known))
    if missing:
        raise errors.RuleBroken(
            "places.successor_unknown",
            _("Có đơn vị kế thừa chưa được nạp; nạp danh sách đơn vị hiện nay trước."),
            codes=missing[:20],
        )


def load_populations(rows, *, name, checksum, by):
    """Population and area of today's units by code; return how many changed, 0 when unchanged.

    rows      pairs (code, population)
    """
    with transaction.atomic():
        if is_loaded(name, checksum):
            return 0
        found = {u.code: u for u in models.Unit.objects.defer("border").filter(valid_to=None)}
        changed = []
        for code, population in rows:
            if code in found:
                found[code].population = population
                changed.append(found[code])
        models.Unit.objects.bulk_update(changed, ["population"], batch_size=1000)
        _note(name, checksum, len(changed), by)
    units.forget()
    return len(changed)


def load_borders(features, *, name, checksum, by):
    """Borders of today's units from GeoJSON features with property `code`."""
    with transaction.atomic():
        if is_loaded(name, checksum):
            return 0
        geometry = {f["properties"]["code"]: f["geometry"] for f in features}
        found = list(models.Unit.objects.filter(code__in=geometry, valid_to=None))
        for unit in found:
            unit.border = geometry[unit.code]
        models.Unit.objects.bulk_update(found, ["border"], batch_size=50)
        _note(name, checksum, len(found), by)
    return len(found)


def is_loaded(name, checksum):
    """Whether a load of that name with that checksum stands already."""
    return models.Load.objects.filter(name=name, checksum=checksum).exists()


def _note(name, checksum, rows, by):
    models.Load.objects.update_or_create(name=name, defaults={"checksum": checksum, "rows": rows})
    ledger.record("places.units.loaded", by=by, facts={"release": name, "rows": rows})
