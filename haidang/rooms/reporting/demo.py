"""This room's life in the demo city, made through its services: a finished quarter, and one at every stage."""

from datetime import datetime, time, timedelta

from haidang.engines.analytics import api as analytics
from haidang.kernel import actor, dates
from haidang.rooms.reporting import domain, models, selectors, services

HOSPITAL, STATION, SILENT = "31Z01", "31Z14", "31Z13"
_FINISHED = ("6-BCX", "9-BCT", "14-BCT")
_UNDER_WAY = (*_FINISHED, "9-BCX", "02-DSX", "4-BCX")
_WORDS = "Một số sổ giấy chưa tổng hợp xong; số liệu mô phỏng."
_TYPED = {
    "6-BCX": {"5:total": "12", "5:female": "7", "5:insured": "9", "5:under5": "1", "5:elderly": "6"},
    "9-BCX": {"1:sessions": "3", "1:people": "96", "2:sessions": "2", "2:people": "31",
              "3:sessions": "18", "3:people": "44", "4:sessions": "20", "4:people": "57"},
    "9-BCT": {"1:total": "300"},
}  # fmt: skip
#: How far each unit has come with the running quarter; the others have not begun.
_STAGES = {
    "31Z02": "locked",
    "31Z03": "returned",
    "31Z11": "approved",
    "31Z12": "late",
    STATION: "open",
    HOSPITAL: "open",
    "31Z15": "submitted",
}


def live(staff, *, now):
    """Forms opened, filled and sent: the quarter before last is locked, the last is on its way.

    staff    an Actor for each of officer, head, director of the department and for HOSPITAL and
             STATION
    """
    if models.Report.objects.exists():
        return
    analytics.catch_up()
    today = now.astimezone(dates.HANOI).date()
    running = analytics.period(domain.label_of("quarter", today)).before()
    _finished(running.before(), staff)
    _on_its_way(running, staff)
    _of_the_month(analytics.period(domain.label_of("month", today)).before(), staff)
    for code in ("SSKDT-6T", "KSTTHC-6T"):
        services.open_period(code, _half_before(today), by=staff["officer"], at=now)
    _fill_all(now)


def _half_before(day):
    """The label of the half year before the one that a day lies in."""
    first, _end = domain.span("half", domain.label_of("half", day))
    return domain.label_of("half", first - timedelta(days=1))


def _moment(period, days):
    return datetime.combine(period.end + timedelta(days=days), time(9), tzinfo=dates.HANOI)


def _open(kind, period, staff):
    at = _moment(period, 0)
    for form in selectors.forms():
        if form.period == kind and form.applies_on(period.end - timedelta(days=1)):
            services.open_period(form.code, period.label, by=staff["officer"], at=at)


def _fill_all(at):
    while services.fill_waiting(at):
        pass


def _finished(period, staff):
    """A quarter that is over: locked, one station silent, the city's reports made of it."""
    for code in _FINISHED:
        services.open_period(code, period.label, by=staff["officer"], at=_moment(period, 0))
    _fill_all(_moment(period, 1))
    for row in models.Report.objects.filter(period=period.label).exclude(unit=SILENT):
        _submit(row, staff, at=_moment(period, 3))
        services.approve(row.pk, by=staff["officer"], at=_moment(period, 4))
    for code in _FINISHED:
        services.lock_approved(code, period.label, by=staff["head"], at=_moment(period, 6))
        _of_the_city(f"{code}-TP", period, staff)


def _of_the_city(code, period, staff):
    services.open_period(code, period.label, by=staff["officer"], at=_moment(period, 6))
    row = models.Report.objects.get(form=code, period=period.label)
    services.fill(row.pk, by=staff["officer"], at=_moment(period, 8))
    _submit(row, staff | {row.unit: staff["head"]}, at=_moment(period, 9))
    services.approve(row.pk, by=staff["director"], at=_moment(period, 10))
    services.lock(row.pk, by=staff["director"], at=_moment(period, 10))


def _on_its_way(period, staff):
    _open("quarter", period, staff)
    _fill_all(_moment(period, 1))
    for row in models.Report.objects.filter(form__in=_UNDER_WAY, period=period.label):
        _go(row, _STAGES.get(row.unit, "open"), period, staff)


def _of_the_month(period, staff):
    """A month that most have reported; the hospital and one station have not."""
    _open("month", period, staff)
    _fill_all(_moment(period, 1))
    rows = models.Report.objects.filter(period=period.label).exclude(unit=domain.DEPARTMENT)
    for row in rows.exclude(form="TC-THANG").exclude(unit__in=[HOSPITAL, SILENT]):
        _submit(row, staff, at=_moment(period, 4))


def _go(row, stage, period, staff):
    if stage == "open":
        if row.unit == STATION:
            _of_the_station(row, period, staff)
        return
    _submit(row, staff, at=_moment(period, 20 if stage == "late" else 4))
    at = _moment(period, 5)
    if stage == "returned":
        reason = "Giường kế hoạch chưa khớp quyết định giao giường; đề nghị kiểm tra lại."
        services.send_back(row.pk, reason=reason, by=staff["officer"], at=at)
    if stage in ("approved", "locked"):
        services.approve(row.pk, by=staff["officer"], at=at)
    if stage == "locked":
        services.lock(row.pk, by=staff["head"], at=at)


def _of_the_station(row, period, staff):
    """The station has corrected one report and sent two."""
    if row.form == "6-BCX":
        _correct(row, staff, at=_moment(period, 2))
    if row.form in ("02-DSX", "4-BCX"):
        _submit(row, staff, at=_moment(period, 3))


def _correct(row, staff, *, at):
    found = selectors.page(row.pk, by=staff[STATION], at=at).results["2:total"]
    more = str(int(found.value or 0) + 1)
    reason = "Một lượt chuyển tuyến ghi trong sổ A1 mà chưa có trên hồ sơ điện tử."
    services.correct(row.pk, "2:total", value=more, reason=reason, by=staff[STATION], at=at)


def _submit(row, staff, *, at):
    by = staff.get(row.unit, actor.SYSTEM)
    row.refresh_from_db()
    typed = _TYPED.get(row.form, {})
    services.write(row.pk, typed=typed, words=_WORDS, revision=row.revision, by=by, at=at)
    services.submit(row.pk, by=by, at=at)
