"""The catalogue knows every sentence that kernel.identity says."""

from pathlib import Path

from haidang.engines.people import sentences
from haidang.kernel import identity


def test_each_sentence_is_still_said():
    source = Path(identity.__file__).read_text()

    assert [one for one in sentences.IDENTITY if one not in source] == []
