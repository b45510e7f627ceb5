# ruff: noqa: S608 - names of our own, and quoted values
"""One pass over a view for all SQL texts that need the same of it.

Sums of indicators read the same views over and over: visits of the quarter, people, diagnoses.
What several texts read is read once and kept, with the columns and rows that they need and no
others, and with numbers for keys (a hash of 64 bits): a join over ids of 36 characters costs
several times what one over numbers does. A text that uses keys otherwise than to compare them
with each other runs as it stands (`readers`). The decision is told in docs/decisions/0012.
"""

from dataclasses import dataclass, field

from haidang.engines.analytics.engines import readers


@dataclass
class Passes:
    """What a session keeps.

    statements    SQL that makes what is kept
    texts         {text as it was asked for: text that reads what is kept}
    values        the parameters for which it was made
    """

    statements: list = field(default_factory=list)
    texts: dict = field(default_factory=dict)
    values: dict = field(default_factory=dict)

    def cheaper(self, sql, values):
        """The same SQL over what is kept, where it holds a text that was asked for."""
        if values != self.values:
            return sql
        for text, cheaper in self.texts.items():
            if text in sql:
                return sql.replace(text, cheaper)
        return sql


def plan(asked, values):
    """What to keep for SQL texts and their parameters."""
    made, groups = Passes(values=values), {}
    for text in dict.fromkeys(asked):
        found = readers.read(text)
        for reader in found or ():
            groups.setdefault(_group(reader), []).append(reader)
        if found:
            made.texts[text] = found
    names = {key: f"pass_{number}" for number, key in enumerate(groups)}
    made.statements = [_kept(names[key], group, values) for key, group in groups.items()]
    made.texts = {text: _anew(text, found, names) for text, found in made.texts.items()}
    return made


def _group(reader):
    """Readers that share a pass: of the same view, from the same day on."""
    return reader.view, reader.since, reader.ordered


def _kept(name, group, values):
    """A table for what several read; a view, so that only what it needs is read, for one alone."""
    view, _since, ordered = _group(group[0])
    columns = sorted(frozenset.union(*(reader.columns for reader in group)))
    shown = ", ".join(_column(view, column, ordered) for column in columns) or "1 AS one"
    tests = frozenset.intersection(*(reader.tests for reader in group))
    known = [test for test in sorted(tests) if test[2].lstrip("$") in values or test[2][:1] != "$"]
    where = " AND ".join(f'"{c}" {sign} {_value(v, values)}' for c, sign, v in known)
    kind = "TEMP TABLE" if len(group) > 1 else "TEMP VIEW"
    return (
        f'CREATE {kind} {name} AS SELECT {shown} FROM "{view}"{f" WHERE {where}" if where else ""}'
    )


def _column(view, column, ordered):
    if column in readers.keys(view) and column not in ordered:
        return f'CASE WHEN "{column}" IS NOT NULL THEN hash("{column}") END AS "{column}"'
    return f'"{column}"'


def _value(value, values):
    text = values[value[1:]] if value.startswith("$") else value
    return "'" + text.replace("'", "''") + "'"


def _anew(text, found, names):
    """A text with the names of what is kept in the place of those of views."""
    for reader in sorted(found, key=lambda one: -one.start):
        name = names[_group(reader)]
        called = name if reader.alias else f"{name} AS {reader.view}"
        text = text[: reader.start] + called + text[reader.end :]
    return text
