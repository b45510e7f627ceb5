"""Reads an analyst's SQL before anything runs: one SELECT over published views, and no more.

What is let through is written anew from what was read, so the engine runs exactly what was
judged. The locked engine (`running`) is the second wall.
"""

import logging
import re
from dataclasses import dataclass

import sqlglot
from django.utils.translation import gettext as _
from sqlglot import exp

from haidang.kernel import errors

# It warns with the text of what it cannot read, and that may name people.
logging.getLogger("sqlglot").setLevel(logging.ERROR)

_LONGEST = 20_000

# Expressions that read, write or tell of anything but the tables named.
_REFUSED = (
    exp.Command,
    exp.Into,
    exp.Copy,
    exp.Attach,
    exp.Detach,
    exp.Set,
    exp.SetItem,
    exp.Pragma,
    exp.Use,
    exp.DDL,
    exp.DML,
    exp.Lock,
    exp.Parameter,
    exp.SessionParameter,
)
# Functions that sqlglot has no class for and that do no harm.
_PLAIN = frozenset(
    [
        "days_between",
        "age_at",
        "age_band",
        "date_part",
        "date_trunc",
        "date_diff",
        "datediff",
        "list_value",
        "list_contains",
        "list_sum",
        "strftime",
        "strptime",
        "try_strptime",
        "left",
        "right",
        "lpad",
        "rpad",
        "starts_with",
        "ends_with",
        "contains",
        "regexp_matches",
        "regexp_extract",
        "regexp_replace",
        "string_split",
        "split_part",
        "quantile_cont",
        "quantile_disc",
        "median",
        "mode",
        "approx_count_distinct",
        "approx_quantile",
        "arg_max",
        "arg_min",
        "first",
        "last",
        "any_value",
        "bool_and",
        "bool_or",
        "row_number",
        "rank",
        "dense_rank",
        "ntile",
        "lag",
        "lead",
        "first_value",
        "last_value",
        "percent_rank",
        "cume_dist",
        "mad",
        "skewness",
        "kurtosis",
        "entropy",
        "corr",
        "covar_pop",
        "covar_samp",
        "regr_slope",
        "regr_intercept",
        "regr_r2",
        "isfinite",
        "isnan",
        "even",
        "fdiv",
        "fmod",
        "gcd",
        "lcm",
        "width_bucket",
        "histogram",
        "year",
        "month",
        "day",
        "week",
        "quarter",
        "weekday",
        "isodow",
        "dayofweek",
        "dayofyear",
        "last_day",
        "make_date",
        "to_days",
        "to_months",
        "to_years",
        "age",
        "trunc",
    ]
)
# Functions that make a text as long as they are told, by where they are told it. The engine cannot be
# interrupted within one call, and keeps no account of its memory: lpad to two thousand million took minutes.
_LENGTHS = {exp.Pad: "expression", exp.Repeat: "times", exp.Space: "this"}
_LONGEST_FILL = 1_000
_NEVER = (exp.ReadCSV, exp.ReadParquet) if hasattr(exp, "ReadParquet") else (exp.ReadCSV,)


@dataclass(frozen=True)
class Query:
    """A query that may run.

    sql     written anew by us
    reads   the views and marts it names
    names   the parameters it wants, `:name` or `$name`
    """

    sql: str
    reads: tuple[str, ...]
    names: tuple[str, ...]


def check(text, tables):
    """The `Query` of an analyst's text.

    tables    names that may be read

    Raises    Incorrect `analytics.sql_unreadable`, `analytics.sql_refused` (facts: what)
    """
    if not isinstance(text, str) or not text.strip() or len(text) > _LONGEST:
        raise _too_long()
    if re.search("[\ud800-\udfff]", text):  # half of a character, which no engine can hold
        raise errors.Incorrect("analytics.sql_unreadable", _("Không đọc được câu truy vấn."), at="")
    try:
        return _judged(text, tables)
    except RecursionError as why:
        raise _too_long() from why


def _too_long():
    return errors.Incorrect(
        "analytics.sql_unreadable", _("Câu truy vấn trống hoặc quá dài."), at=""
    )


def _judged(text, tables):
    tree = _read(text)
    for node in tree.walk():
        _judge(node)
    reads = _tables(tree, tables)
    names = sorted({node.name for node in tree.find_all(exp.Placeholder) if node.name})
    if any(not node.name for node in tree.find_all(exp.Placeholder)):
        raise _refused("?")
    return Query(tree.sql(dialect="duckdb", comments=False), reads, tuple(names))


def _read(text):
    try:
        trees = [tree for tree in sqlglot.parse(text, dialect="duckdb") if tree]
    except sqlglot.errors.SqlglotError as why:
        told = str(why).splitlines()[0][:200]
        raise errors.Incorrect(
            "analytics.sql_unreadable", _("Không đọc được câu truy vấn."), at=told
        ) from why
    if len(trees) != 1 or not isinstance(trees[0], exp.Query):
        raise _refused(_("chỉ một câu SELECT"))
    return trees[0]


def _judge(node):
    if isinstance(node, _REFUSED + _NEVER):
        raise _refused(type(node).__name__.upper())
    if isinstance(node, exp.Anonymous) and node.name.lower() not in _PLAIN:
        raise _refused(f"{node.name.lower()}()")
    if type(node) in _LENGTHS and not _is_short(node.args.get(_LENGTHS[type(node)])):
        raise _refused(
            _("độ dài phải là một số viết ra, không quá %(most)d") % {"most": _LONGEST_FILL}
        )
    if isinstance(node, exp.Format) and not _is_narrow(node.this):
        raise _refused("format()")
    if isinstance(node, exp.Dot) and isinstance(node.expression, exp.Func):
        # `'file'.read_text()`: a function called as if it belonged to its first argument.
        raise _refused(f"{node.expression.sql()[:40]}")


def _is_short(length):
    """True for a whole number, written out, of characters that a column may have."""
    return isinstance(length, exp.Literal) and length.is_int and int(length.this) <= _LONGEST_FILL


def _is_narrow(template):
    """True for a template, written out, that asks for no great width."""
    return isinstance(template, exp.Literal) and not re.search(r"[0-9]{4}|\{[^}]*\{", template.this)


def _tables(tree, known):
    found = set()
    for table in tree.find_all(exp.Table):
        if (
            not isinstance(table.this, exp.Identifier)
            or table.args.get("db")
            or table.args.get("catalog")
        ):
            raise _refused(table.sql(dialect="duckdb")[:80])
        if table.name not in known and table.name not in _named_with(table):
            raise _refused(table.name[:80])
        if table.name in known:
            found.add(table.name)
    return tuple(sorted(found))


def _named_with(table):
    """Names of WITH clauses that a table stands under."""
    names, node = set(), table
    while node is not None:
        clause = node.args.get("with_") or node.args.get("with")
        names |= {one.alias for one in clause.expressions} if clause else set()
        node = node.parent
    return names


def _refused(what):
    return errors.Incorrect(
        "analytics.sql_refused",
        _("Câu truy vấn này không được phép: %(what)s.") % {"what": what},
        what=what,
    )
