"""The tables of the terminology engine.

A release is loaded whole and made ready at the end. Which code system answers for a canonical
URL and version is worked out once, when a release becomes ready (`CodeSystem.current`), so that
reads need no rule of their own.
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q


class Release(models.Model):
    """One load of one folder or file: what it was, where it came from, who loaded it.

    `name` is the folder under `reference/` ("visit-type/2026-08-01") or the catalogue's name
    ("catalogues/icd10"). Only the newest load of a name keeps its concepts; the older rows stay
    as the record of what was in force here and when.
    """

    class State(models.TextChoices):
        """Where a load stands."""

        LOADING = "loading"
        READY = "ready"
        REPLACED = "replaced"

    name = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State.choices, default=State.LOADING)
    manifest = models.JSONField(default=dict)
    checksum = models.CharField(max_length=200)
    rows = models.IntegerField(default=0)
    loaded_at = models.DateTimeField(auto_now_add=True)
    loaded_by = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["name"], condition=Q(state="ready"), name="terminology_one_ready_release"
            )
        ]

    def __str__(self):
        return self.name


class CodeSystem(models.Model):
    """One version of one code system as one release brings it.

    `complete` says that the release holds every code: only then does an absent code mean an
    unknown code. `current` marks the one row that answers for (url, version). `facts` keeps what
    else its publisher says of it, as R4 writes it (name, publisher, property …), without its codes.
    """

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="code_systems")
    url = models.CharField(max_length=300)
    version = models.CharField(max_length=100)
    title_vi = models.CharField(max_length=500, blank=True)
    title_en = models.CharField(max_length=500, blank=True)
    complete = models.BooleanField(default=False)
    current = models.BooleanField(default=False)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    concept_count = models.IntegerField(default=0)
    facts = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["release", "url", "version"], name="terminology_system_once_in_release"
            ),
            models.UniqueConstraint(
                fields=["url", "version"],
                condition=Q(current=True),
                name="terminology_one_current_system",
            ),
        ]

    def __str__(self):
        return f"{self.url}|{self.version}"


class Concept(models.Model):
    """One code, with its Vietnamese and English words, in one period of validity.

    The same code may stand twice with different periods (a benefit ratio that changed); the
    periods are half-open. `ancestors` are all codes above it, nearest first. `search` holds code
    and words folded (no marks, lower case) for people who type without them.
    """

    id = models.BigAutoField(primary_key=True)
    # Without an index of its own: that of `terminology_concept_once` also gives the order of codes.
    code_system = models.ForeignKey(
        CodeSystem, on_delete=models.CASCADE, related_name="concepts", db_index=False
    )
    code = models.CharField(max_length=200)
    display_vi = models.TextField(blank=True)
    display_en = models.TextField(blank=True)
    parent = models.CharField(max_length=200, blank=True)
    ancestors = ArrayField(models.CharField(max_length=200), default=list)
    inactive = models.BooleanField(default=False)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    properties = models.JSONField(default=dict)
    search = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["code_system", "code", "valid_from"],
                name="terminology_concept_once",
                nulls_distinct=False,
            )
        ]
        indexes = [
            GinIndex(OpClass(F("search"), name="gin_trgm_ops"), name="terminology_concept_search"),
            GinIndex(F("ancestors"), name="terminology_concept_above"),
            models.Index(fields=["code_system", "parent"], name="terminology_concept_below"),
        ]

    def __str__(self):
        return self.code


class ValueSet(models.Model):
    """A value set's definition (`compose`); it is expanded when somebody asks."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="value_sets")
    url = models.CharField(max_length=300)
    version = models.CharField(max_length=100, blank=True)
    name = models.CharField(max_length=300, blank=True)
    title = models.CharField(max_length=500, blank=True)
    compose = models.JSONField(default=dict)
    facts = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["url"], name="terminology_value_set_url")]

    def __str__(self):
        return self.url


class ConceptMap(models.Model):
    """A set of arrows from the codes of one system to those of another."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="concept_maps")
    url = models.CharField(max_length=300)
    version = models.CharField(max_length=100, blank=True)
    title = models.CharField(max_length=500, blank=True)
    facts = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["url"], name="terminology_concept_map_url")]

    def __str__(self):
        return self.url


class MapEntry(models.Model):
    """One arrow: this source code is equivalent (or narrower, wider …) to that target code."""

    id = models.BigAutoField(primary_key=True)
    concept_map = models.ForeignKey(ConceptMap, on_delete=models.CASCADE, related_name="entries")
    source_system = models.CharField(max_length=300)
    source = models.CharField(max_length=200)
    target_system = models.CharField(max_length=300)
    target = models.CharField(max_length=200)
    equivalence = models.CharField(max_length=20, default="relatedto")
    comment = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["source_system", "source"], name="terminology_map_from"),
            models.Index(fields=["target_system", "target"], name="terminology_map_to"),
        ]

    def __str__(self):
        return f"{self.source} → {self.target}"
