"""The door of the forms engine: definitions, versions, answers, and their FHIR forms."""

from haidang.engines.forms import building, wording
from haidang.engines.forms.answers import Problem, check, settle, shown
from haidang.engines.forms.changing import MEDIA, faults_in_words, values_of
from haidang.engines.forms.comparing import Difference, differences
from haidang.engines.forms.filled_in import response_from_fhir, response_to_fhir
from haidang.engines.forms.form import (
    CALCULATIONS,
    FORMATS,
    OPERATORS,
    TYPES,
    Condition,
    Form,
    Item,
    Option,
    parse,
    without_scores,
)
from haidang.engines.forms.posting import Field, answers_of, fields_of
from haidang.engines.forms.questionnaire import from_fhir, to_fhir
from haidang.engines.forms.responses import (
    Response,
    complete,
    fetch,
    problems,
    response,
    save,
    start,
    unfinished,
)
from haidang.engines.forms.sketches import Sketch, drop_sketch, save_sketch, sketch, sketches
from haidang.engines.forms.taking_in import NotHeld, not_held
from haidang.engines.forms.taking_in import read as read_questionnaire
from haidang.engines.forms.value_sets import exists as catalogue_exists
from haidang.engines.forms.value_sets import search as search_catalogue
from haidang.engines.forms.versions import (
    Version,
    catalogue,
    current,
    load,
    publish,
    save_draft,
    versions,
)

__all__ = [
    "CALCULATIONS",
    "Condition",
    "Difference",
    "MEDIA",
    "faults_in_words",
    "values_of",
    "wording",
    "FORMATS",
    "Field",
    "Form",
    "Item",
    "NotHeld",
    "OPERATORS",
    "Option",
    "Problem",
    "Response",
    "Sketch",
    "TYPES",
    "Version",
    "answers_of",
    "building",
    "catalogue",
    "catalogue_exists",
    "check",
    "complete",
    "current",
    "differences",
    "drop_sketch",
    "fetch",
    "fields_of",
    "from_fhir",
    "load",
    "not_held",
    "parse",
    "problems",
    "publish",
    "read_questionnaire",
    "response",
    "response_from_fhir",
    "response_to_fhir",
    "save",
    "save_draft",
    "save_sketch",
    "search_catalogue",
    "settle",
    "shown",
    "sketch",
    "sketches",
    "start",
    "to_fhir",
    "unfinished",
    "versions",
    "without_scores",
]
