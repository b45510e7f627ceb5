"""Components as their YAML files describe them; the gallery and the tests show these examples."""

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from django import forms
from django.template.loader import render_to_string

from haidang.kernel import yamlfile
from haidang.ui import charts

FOLDER = Path(__file__).resolve().parent / "templates" / "ui" / "components"


@dataclass(frozen=True)
class Example:
    """One state of a component: its name and what is passed to the template."""

    title: str
    given: dict
    template: str

    def html(self):
        return render_to_string(self.template, self.given)


@dataclass(frozen=True)
class Component:
    """A component: what it is for, its parameters, what makes it accessible, its examples."""

    name: str
    title: str
    title_en: str
    purpose: str
    parameters: tuple
    accessibility: tuple
    examples: tuple
    wide: bool = False


def components(**more):
    """All components, by name; `more` goes to every example (the token of its forms)."""
    return [_with(_load(path), more) for path in sorted(FOLDER.glob("*.yaml"))]


def _with(component, more):
    shown = (replace(example, given=example.given | more) for example in component.examples)
    return replace(component, examples=tuple(shown)) if more else component


@cache
def _load(path):
    told = yamlfile.read(path)
    template = f"ui/components/{path.stem}.html"
    examples = [
        Example(each["title"], _given(path.stem, each.get("with") or {}), template)
        for each in told["examples"]
    ]
    return Component(
        name=path.stem,
        title=told["title"],
        title_en=told["title_en"],
        purpose=told["purpose"],
        parameters=tuple((told.get("parameters") or {}).items()),
        accessibility=tuple(told.get("accessibility") or ()),
        examples=tuple(examples),
        wide=told.get("wide", False),
    )


def _given(name, data):
    """Turn plain YAML into what the component takes where that is an object."""
    if name == "trend":
        return {"chart": charts.trend(**data)}
    if name == "spark":
        return charts.spark(**data)
    if name == "field":
        return {"field": _field(**data), "hint": data.get("hint", "")}
    return data


def _field(kind, label, error="", choices=(), value=None, hint="", required=True):
    """A bound field that a small form of one question holds."""
    fields = {
        "text": forms.CharField,
        "date": lambda **k: forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), **k),
        "choice": lambda **k: forms.ChoiceField(choices=[(c, c) for c in choices], **k),
        "radio": lambda **k: forms.ChoiceField(
            choices=[(c, c) for c in choices], widget=forms.RadioSelect, **k
        ),
        "long": lambda **k: forms.CharField(widget=forms.Textarea, **k),
    }
    made = fields[kind](label=label, required=required)
    slug = f"{kind}_{'bad' if error else 'good'}"
    form = type("Example", (forms.Form,), {slug: made})({slug: value} if value else None)
    if error:
        form.is_bound, form.data = True, {slug: value or ""}
        form.full_clean()
        form.errors[slug] = form.error_class([error])
    return form[slug]


def page():
    """Facts of a page that shows how the parts stand together in a shell."""
    by_name = {component.name: component for component in components()}
    return {
        "person": by_name["person_banner"].examples[0].given["person"],
        "tabs": by_name["tabs"].examples[0].given["tabs"],
        "life": by_name["timeline"].examples[0].given,
        "chart": by_name["trend"].examples[0].given["chart"],
        "facts": by_name["definition_list"].examples[0].given["items"],
    }
