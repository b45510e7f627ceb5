"""The door of the forms engine: definitions, versions, answers, and their FHIR forms."""

from haidang.engines.forms.answers import Problem, check, settle
from haidang.engines.forms.form import FORMATS, TYPES, Condition, Form, Item, Option, parse
from haidang.engines.forms.posting import Field, answers_of, fields_of
from haidang.engines.forms.questionnaire import (
    from_fhir,
    response_from_fhir,
    response_to_fhir,
    to_fhir,
)
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
from haidang.engines.forms.versions import (
    Version,
    catalogue,
    compare,
    current,
    load,
    publish,
    save_draft,
    versions,
)

__all__ = [
    "FORMATS",
    "TYPES",
    "Condition",
    "Field",
    "Form",
    "Item",
    "Option",
    "Problem",
    "Response",
    "Version",
    "answers_of",
    "catalogue",
    "check",
    "compare",
    "complete",
    "current",
    "fetch",
    "fields_of",
    "from_fhir",
    "load",
    "parse",
    "problems",
    "publish",
    "response",
    "response_from_fhir",
    "response_to_fhir",
    "save",
    "save_draft",
    "settle",
    "start",
    "to_fhir",
    "unfinished",
    "versions",
]
