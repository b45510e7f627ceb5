"""The page of the mapping says what the mapping does, and every field has its place."""

from haidang.engines.exchange.adapters.claims import tables
from haidang.engines.exchange.adapters.claims.fhir import homes, page


def test_the_page_is_up_to_date():
    assert page.PAGE.read_text("utf-8") == page.text(), (
        "run: python -m haidang.engines.exchange.adapters.claims.fhir.page"
    )


def test_every_field_of_both_forms_is_on_the_page():
    text = page.text()

    for form in tables.FORMS:
        for table in tables.form(form).tables.values():
            section = text.partition(f"### {table.name}\n")[2].partition("\n\n#")[0]
            missing = [name for name in table.names if f"| {name}" not in section]
            assert missing == [], table.name


def test_shapes_name_only_fields_of_their_table():
    for (table, part), shape in homes.SHAPES.items():
        known = {name for form in tables.FORMS for name in tables.form(form).tables[table].names}
        assert shape.names <= known, (table, part)


def test_only_the_reserve_is_without_a_home():
    homeless = {
        (table.name, name)
        for form in tables.FORMS
        for table in tables.form(form).tables.values()
        for name in table.names
        if name != "DU_PHONG" and page.home_of(table.name, name) == "`extension[claims-field]`"
    }

    assert homeless == set()
