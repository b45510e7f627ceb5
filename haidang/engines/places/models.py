"""The tables of the places engine."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q


class Unit(models.Model):
    """One administrative unit in one period of its life (đơn vị hành chính).

    Comes from the releases `places` (today's units) and `former-places` (before 2025-07-01).
    Codes are used again: today's ward often keeps the code of one of the wards it was formed
    from, so a unit is (code, valid_from). Weak: centre points are approximate, and of the former
    units only those of Hải Phòng and Hải Dương and the 63 provinces are here.
    """

    code = models.CharField(max_length=8)
    kind = models.CharField(max_length=20)
    type_vi = models.CharField(max_length=20)
    name = models.CharField(max_length=100)
    search = models.CharField(max_length=200)
    parent = models.CharField(max_length=8, blank=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    area_km2 = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    population = models.IntegerField(null=True)
    border = models.JSONField(null=True)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    release = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["code", "valid_from"], name="places_unit_once", nulls_distinct=False
            )
        ]
        indexes = [models.Index(fields=["release"], name="places_unit_release")]

    def __str__(self):
        return f"{self.type_vi} {self.name}"


class Succession(models.Model):
    """A former unit and a unit of today that took it in: whole, its main part or a part."""

    former = models.CharField(max_length=8)
    successor = models.CharField(max_length=8)
    extent = models.CharField(max_length=12)
    happened_on = models.DateField()
    release = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["former", "successor", "happened_on"], name="places_succession_once"
            )
        ]
        indexes = [models.Index(fields=["successor"], name="places_succession_to")]

    def __str__(self):
        return f"{self.former} → {self.successor}"


class Load(models.Model):
    """What was loaded into these tables, by name; a load with the same checksum is skipped."""

    name = models.CharField(max_length=200, unique=True)
    checksum = models.CharField(max_length=200)
    rows = models.IntegerField()
    loaded_at = models.DateTimeField(auto_now=True)

    def __str__(self):
        return self.name


class Facility(models.Model):
    """One place of care or public health (cơ sở y tế), by its insurance code `MA_CSKCB`.

    The record other systems read is the FHIR Organization `organization_ref`; this row is how we
    find it by code. A facility that closed keeps its row, because old visits name it, and names
    the facility that took over its work, if one did.
    """

    code = models.CharField(max_length=5, unique=True)
    name = models.CharField(max_length=300)
    search = models.CharField(max_length=400)
    kind = models.CharField(max_length=40)
    level = models.CharField(max_length=12, blank=True)
    commune = models.CharField(max_length=8, blank=True)
    address = models.CharField(max_length=500, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    active = models.BooleanField(default=True)
    closed_on = models.DateField(null=True)
    successor = models.CharField(max_length=5, blank=True)
    synthetic = models.BooleanField(default=False)
    organization_ref = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^[0-9]{2}[0-9A-Z]{3}$"), name="places_facility_code_shape"
            )
        ]
        indexes = [
            models.Index(fields=["commune"], name="places_facility_commune"),
            GinIndex(OpClass(F("search"), name="gin_trgm_ops"), name="places_facility_search"),
        ]

    def __str__(self):
        return f"{self.code} {self.name}"


class Department(models.Model):
    """One department of one facility (khoa), by its code `MA_KHOA` (K03, K16.1, K031819 …)."""

    facility = models.ForeignKey(Facility, on_delete=models.CASCADE, related_name="departments")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=200)
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["facility", "code"], name="places_department_once")
        ]

    def __str__(self):
        return self.code


class Change(models.Model):
    """One change of a facility or of one of its departments: who, when, and from what to what.

    Written beside every save, so that the name of a facility on the day of an old visit can be
    told. `department` is empty when the facility itself changed; `changes` is
    {field: [before, after]}, with null before the first save.
    """

    facility = models.ForeignKey(Facility, on_delete=models.CASCADE, related_name="changes")
    department = models.CharField(max_length=20, blank=True)
    at = models.DateTimeField(auto_now_add=True)
    by_ref = models.CharField(max_length=200)
    by_name = models.CharField(max_length=200, blank=True)
    changes = models.JSONField()

    class Meta:
        indexes = [models.Index(fields=["facility", "-at"], name="places_change_newest")]

    def __str__(self):
        return f"{self.facility_id} {self.at:%Y-%m-%d}"
