"""The door of the places engine: units with their history, facilities, departments."""

from haidang.engines.places.facilities import KINDS as FACILITY_KINDS
from haidang.engines.places.facilities import LEVELS as FACILITY_LEVELS
from haidang.engines.places.facilities import (
    Department,
    Facility,
    departments,
    facilities,
    facility,
    find_facilities,
)
from haidang.engines.places.history import Change, facility_on, history
from haidang.engines.places.loading import is_loaded, load_borders, load_populations, load_units
from haidang.engines.places.saving import organization_ref, save_department, save_facility
from haidang.engines.places.units import (
    HAI_PHONG,
    Successor,
    Unit,
    address,
    border,
    borders,
    borders_version,
    communes,
    find_unit,
    forget,
    predecessors,
    province,
    provinces,
    search_units,
    successors,
    today,
    unit,
    units,
)

__all__ = [
    "FACILITY_KINDS",
    "FACILITY_LEVELS",
    "HAI_PHONG",
    "Change",
    "Department",
    "Facility",
    "Successor",
    "Unit",
    "address",
    "border",
    "borders",
    "borders_version",
    "communes",
    "departments",
    "facilities",
    "facility",
    "facility_on",
    "find_facilities",
    "find_unit",
    "forget",
    "is_loaded",
    "history",
    "load_borders",
    "load_populations",
    "load_units",
    "organization_ref",
    "predecessors",
    "province",
    "provinces",
    "save_department",
    "save_facility",
    "search_units",
    "successors",
    "today",
    "unit",
    "units",
]
