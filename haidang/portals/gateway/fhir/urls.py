"""Addresses of the FHIR door: short ones first, and of one length from the particular to the general.

Which one is meant is asked of one after another, at every request. An address matches none of
another length, so the short ones, most of all that of a search, need not wait for the long.
"""

from django.urls import path

from haidang.portals.gateway.fhir import interactions, operations
from haidang.portals.gateway.smart import urls as smart

_PATHS = [
    *smart.urlpatterns,
    path("fhir/metadata", interactions.metadata, name="metadata"),
    path("fhir", interactions.system, name="fhir"),
    path("fhir/", interactions.system, name="fhir_slash"),
    path("fhir/_search", interactions.search_types_form, name="search_types_form"),
    path("fhir/_history", interactions.history_of_system, name="history_of_system"),
    *operations.paths(),
    path("fhir/<str:kind>/_search", interactions.search_form, name="search_form"),
    path("fhir/<str:kind>/_history", interactions.history_of_type, name="history_of_type"),
    path("fhir/<str:kind>", interactions.of_type, name="of_type"),
    path("fhir/<str:kind>/<str:id>", interactions.instance, name="instance"),
    path(
        "fhir/<str:kind>/<str:id>/_history",
        interactions.history_of_instance,
        name="history_of_instance",
    ),
    path("fhir/<str:kind>/<str:id>/_history/<str:number>", interactions.version, name="version"),
    path("fhir/Patient/<str:id>/*", interactions.whole_compartment, name="whole_compartment"),
    path("fhir/Patient/<str:id>/<str:kind>", interactions.compartment, name="compartment"),
    path(
        "fhir/Patient/<str:id>/*/_search",
        interactions.whole_compartment_form,
        name="whole_compartment_form",
    ),
    path(
        "fhir/Patient/<str:id>/<str:kind>/_search",
        interactions.compartment_form,
        name="compartment_form",
    ),
]
urlpatterns = [
    *sorted(_PATHS, key=lambda each: str(each.pattern).count("/")),
    path("fhir/<path:rest>", interactions.nowhere, name="nowhere"),
]
