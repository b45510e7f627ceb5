"""Small drafts and release folders for the tests."""

from datetime import date

from haidang.engines.terminology import drafts, loading, manifest
from haidang.kernel import actor, systems

FRUIT = systems.codes("fruit")
BY = actor.SYSTEM


def concept(code, vi="", en="", **more):
    return drafts.ConceptDraft(code, vi, en, **more)


FRUITS = [
    concept("citrus", "Họ cam chanh", "Citrus"),
    concept("orange", "Cam", "Orange", parent="citrus", properties={"sweet": True}),
    concept("lime", "Chanh", "Lime", parent="citrus", properties={"colour": "green"}),
    concept("key-lime", "Chanh ta", "Key lime", parent="lime"),
    concept("durian", "Sầu riêng", "Durian", inactive=True),
]


def system(concepts=FRUITS, *, url=FRUIT, version="1", **more):
    return drafts.SystemDraft(url=url, version=version, concepts=concepts, **more)


def draft(*systems_, name="fruit/1", checksum="one", **more):
    return drafts.Draft(name, checksum, {"title_vi": "Quả"}, list(systems_), **more)


def load(*systems_, force=False, **more):
    return loading.load(draft(*(systems_ or [system()]), **more), by=BY, force=force)


def two_lists():
    """One list before 2026-07-01 and another since, under one address."""
    changed = date(2026, 7, 1)
    old = system([concept("A90", "Sốt Dengue")], version="old", valid_to=changed, complete=True)
    new = system(
        [concept("A97", "Sốt xuất huyết")], version="new", valid_from=changed, complete=True
    )
    return load(old, new)


def release_folder(root, *, name="fruit", rows=("lime,Chanh,Lime",), **facts):
    """Write a release folder and return its path."""
    folder = root / name / "2026-01-01"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "data.csv").write_text(
        "code,name_vi,name_en\n" + "\n".join(rows) + "\n", encoding="utf-8"
    )
    facts = {
        "kind": "code-system", "system": name, "version": "2026", "title_vi": "Quả", "title_en": "Fruit",
        "publisher": "Bộ", "source": "thử", "licence": "tự do", "completeness": "complete",
    } | facts  # fmt: skip
    lines = [f'{key} = "{value}"' for key, value in facts.items()]
    (folder / "manifest.toml").write_text(
        "\n".join([*lines, "rows = 0", 'checksum = ""']), encoding="utf-8"
    )
    manifest.seal(folder)
    return folder
