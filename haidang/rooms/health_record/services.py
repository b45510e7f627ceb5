"""Writes of the room."""

from haidang.engines.access import api as access


def break_glass(patient_id, *, by, reason):
    """Open a record in an emergency (mở khẩn cấp) for four hours; the person reads the reason.

    Raises    NotAllowed `access.not_permitted`, `access.staff_only`; Incorrect
              `access.reason_too_short`; TooMany `access.too_many`
    Records   event `access.glass.broken` of the access engine, and a look with the reason
    """
    access.require(by, "health_record.break_glass")
    return access.break_glass(by, f"Patient/{patient_id}", reason=reason)
