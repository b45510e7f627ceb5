"""The page of rules says what the rules do."""

from haidang.engines.exchange.adapters.claims import validate
from haidang.engines.exchange.adapters.claims.validate import page


def test_the_page_is_up_to_date():
    assert page.PAGE.read_text("utf-8") == page.text(), "run the module claims.validate.page"


def test_the_page_names_every_rule_once():
    rows = [line for line in page.text().split("## Sentences")[0].splitlines() if line[:2] == "| "]

    assert len(rows) == len(validate.RULES) + 2
