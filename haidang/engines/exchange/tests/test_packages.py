"""Zips from strangers: opened within bounds, or refused whole with the reason."""

import pytest

from haidang.engines.exchange import packages
from haidang.kernel import errors
from tests import zips

SMALL = packages.Limits(entries=3, unpacked=5_000, entry=3_000, ratio=2)


def opened(content, limits=packages.Limits()):  # noqa: B008
    return [(entry.name, entry.content) for entry in packages.open_package(content, limits)]


def why(content, limits=packages.Limits()):  # noqa: B008
    with pytest.raises(errors.HaidangError) as refused:
        opened(content, limits)
    return refused.value.code


def test_files_come_out_under_their_bare_names():
    content = zips.zipped(("thang-11/a.xml", b"<a/>"), ("thang-11/B.XML", b"<b/>"))

    assert opened(content) == [("a.xml", b"<a/>"), ("B.XML", b"<b/>")]


def test_what_operating_systems_leave_behind_is_passed_over():
    content = zips.zipped(
        ("__MACOSX/._a.xml", b"x"), (".DS_Store", b"x"), ("folder/", b""), ("a.xml", b"<a/>")
    )

    assert opened(content) == [("a.xml", b"<a/>")]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (zips.zipped(), "exchange.package_empty"),
        (zips.zipped(("../../etc/a.xml", b"<a/>")), "exchange.package_path"),
        (zips.zipped(("/etc/a.xml", b"<a/>")), "exchange.package_path"),
        (zips.zipped(("..\\a.xml", b"<a/>")), "exchange.package_path"),
        (zips.zipped(("C:a.xml", b"<a/>")), "exchange.package_path"),
        (zips.zipped(("a.exe", b"MZ")), "exchange.package_not_xml"),
        (zips.with_link("a.xml", "/etc/passwd"), "exchange.package_link"),
        (zips.encrypted("a.xml"), "exchange.package_encrypted"),
        (zips.zipped(("a.xml", zips.zipped(("b.xml", b"<b/>")))), "exchange.package_nested"),
        (zips.zipped(("a.xml", b" " * 4_000_000)), "exchange.package_ratio"),
        (zips.lying_about_size("a.xml", b"<a>" * 1234, 17), "exchange.package_unreadable"),
        (zips.zipped(("a.xml", b"<a/>"))[:40], "exchange.package_unreadable"),
        (b"PK\x03\x04 and then nothing of the kind", "exchange.package_unreadable"),
    ],
)
def test_tricks_and_damage_are_refused_by_name(content, code):
    assert why(content) == code


def test_two_files_of_one_name_are_refused():
    with pytest.warns(UserWarning, match="Duplicate name"):
        content = zips.zipped(("a.xml", b"<a/>"), ("a.xml", b"<b/>"))

    assert why(content) == "exchange.package_same_name"


@pytest.mark.parametrize(
    ("entries", "code"),
    [
        ([(f"{n}.xml", b"<a/>") for n in range(4)], "exchange.package_too_large"),
        ([("a.xml", b"x" * 3_001)], "exchange.package_entry_too_large"),
        ([(f"{n}.xml", b"x" * 2_000) for n in range(3)], "exchange.package_too_large"),
    ],
    ids=["too many files", "one file too large", "too large together"],
)
def test_a_package_over_its_limits_is_too_large(entries, code):
    assert why(zips.zipped(*entries), SMALL) == code


def test_nothing_is_unpacked_before_the_whole_directory_is_sound():
    content = zips.zipped(("a.xml", b"<a/>"), ("../b.xml", b"<b/>"))

    with pytest.raises(errors.Incorrect):
        next(packages.open_package(content))
