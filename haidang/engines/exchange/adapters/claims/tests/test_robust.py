"""Whatever stands in a field and whatever happens to a file, the answer is a list of problems."""

from hypothesis import given, settings
from hypothesis import strategies as st

from haidang.engines.exchange.adapters.claims import lists, reader, tables, validate, writer
from haidang.engines.exchange.adapters.claims.tests import examples

NASTY = st.sampled_from(
    ["", "0", "-1", "9" * 18, "1e5", "nan", "٣", "²²²²0101", ";", "1;2", ".", "+", "1.23456789", "00000000",
     "202613012560", "20260229", "A" * 5000, "I10;", "K01;", "\x85", "CSST<", "1900" + "0" * 8]
)  # fmt: skip
SPOILT = st.lists(
    st.tuples(st.sampled_from(list(tables.FRAMES)), st.integers(0, 60), NASTY),
    min_size=1,
    max_size=25,
)


@settings(max_examples=150, deadline=None)
@given(SPOILT)
def test_nothing_in_a_field_breaks_the_rules(spoilt):
    dossier = examples.outpatient()
    for table, place, value in spoilt:
        rows = dossier.tables.setdefault(table, [examples.row(table)])
        names = tables.form().tables[table].names
        rows[-1][names[place % len(names)]] = value

    problems = validate.check(dossier, lists.shipped())

    assert all(isinstance(problem.vi, str) for problem in problems)
    assert all(problem.severity in ("error", "warning") for problem in problems)


WHOLE = writer.write([examples.outpatient()], sender="31T01", made_on="20260302")


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, len(WHOLE)), st.integers(0, 300), st.binary(max_size=5)),
        min_size=1,
        max_size=5,
    )
)
def test_no_damage_to_a_file_breaks_the_reader(cuts):
    data = bytearray(WHOLE)
    for at, length, put in cuts:
        data[at : at + length] = put

    file = reader.read(bytes(data))

    for dossier in file.dossiers:
        validate.check(dossier, lists.shipped())
