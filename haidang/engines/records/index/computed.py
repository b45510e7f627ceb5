"""Parameters whose expression is more than a path: evaluated by fhirpathpy on each resource.

Slow beside the walk, and only for types that have such a parameter.
"""

import functools

import fhirpathpy
from antlr4 import CommonTokenStream, InputStream
from antlr4.error.ErrorListener import ErrorListener
from fhirpathpy.models import models
from fhirpathpy.parser.generated.FHIRPathLexer import FHIRPathLexer
from fhirpathpy.parser.generated.FHIRPathParser import FHIRPathParser

from haidang.engines.records.index import hashing
from haidang.engines.records.plain import Plain


class _Strict(ErrorListener):
    """fhirpathpy itself passes over what it cannot read."""

    def syntaxError(self, recognizer, symbol, line, column, message, error):  # noqa: N802
        raise ValueError(message)


def check(text):
    """Raise ValueError when a text is no FHIRPath from its beginning to its end."""
    lexer = FHIRPathLexer(InputStream(text))
    parser = FHIRPathParser(CommonTokenStream(lexer))
    for part in (lexer, parser):
        part.removeErrorListeners()
        part.addErrorListener(_Strict())
    parser.entireExpression()


@functools.lru_cache(256)
def evaluator(text):
    """A function resource -> values.

    Raises    ValueError for what is no FHIRPath; whatever fhirpathpy does for what it cannot do
    """
    check(text)
    evaluate = fhirpathpy.compile(text, model=models["r4"])
    evaluate({"resourceType": "Basic"})
    return evaluate


def action(parameter, emitters):
    """What to do at a resource: evaluate, and take each value for what it looks like."""
    evaluate, number = evaluator(parameter.computed), parameter.paths[0].number
    mark = hashing.present(number)

    def emit(found, resource):
        for value in evaluate(Plain(resource).of(resource)):
            emitter = emitters.get(_looks_like(parameter.kind, value))
            if emitter is not None:
                found.hashes.append(mark)
                emitter(number)(found, value)

    return emit


def _looks_like(kind, value):
    """The FHIR type of a value that has lost it on the way."""
    if isinstance(value, bool):
        return "boolean"
    if not isinstance(value, dict):
        return {"token": "code", "date": "dateTime", "number": "decimal"}.get(kind, kind)
    if kind == "token":
        if "coding" in value:
            return "CodeableConcept"
        return "Coding" if "code" in value else "Identifier"
    if kind == "string":
        return "HumanName" if {"family", "given", "prefix"} & set(value) else "Address"
    return {"date": "Period", "quantity": "Quantity", "reference": "Reference"}.get(kind)
