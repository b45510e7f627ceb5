"""Rate limits hold across processes, and say when to come back."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from haidang.engines.access import limits
from haidang.engines.access.models import Window
from haidang.kernel import errors

HOUR = timedelta(hours=1)


@pytest.mark.django_db
def test_one_more_than_the_limit_is_refused_with_the_minutes_to_wait():
    for _ in range(3):
        limits.spend("try", "10.0.0.1", limit=3, per=HOUR)

    with pytest.raises(errors.TooMany) as refused:
        limits.spend("try", "10.0.0.1", limit=3, per=HOUR)

    assert 1 <= refused.value.facts["minutes"] <= 60
    limits.spend("try", "10.0.0.2", limit=3, per=HOUR)
    limits.spend("other", "10.0.0.1", limit=3, per=HOUR)


@pytest.mark.django_db
def test_an_address_is_kept_as_a_hash_only():
    limits.spend("try", "10.0.0.1", limit=3, per=HOUR)

    assert "10.0.0.1" not in Window.objects.get().key


@pytest.mark.django_db
def test_windows_that_have_passed_are_forgotten():
    limits.spend("try", "a", limit=3, per=HOUR)

    assert limits.forget_old(timedelta(0)) == 1


def test_threads_together_pass_the_limit_exactly_once(own_database):
    passed, refused, guard = [], [], threading.Lock()

    def attempt():
        try:
            limits.spend("try", "a", limit=10, per=HOUR)
            with guard:
                passed.append(1)
        except errors.TooMany:
            with guard:
                refused.append(1)
        connection.close()

    threads = [threading.Thread(target=attempt) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(passed), len(refused)) == (10, 6)


@pytest.mark.django_db
def test_a_check_counts_nothing_and_refuses_what_is_spent():
    for _ in range(3):
        limits.check("try", "a", limit=1, per=HOUR)
    limits.spend("try", "a", limit=1, per=HOUR)

    with pytest.raises(errors.TooMany):
        limits.check("try", "a", limit=1, per=HOUR)


@pytest.mark.parametrize(
    ("remote", "forwarded", "expected"),
    [
        ("10.0.0.9", "", "10.0.0.9"),
        ("10.0.0.9", "6.6.6.6", "10.0.0.9"),
        ("10.0.0.1", "6.6.6.6, 20.0.0.5", "20.0.0.5"),
        ("10.0.0.1", "6.6.6.6, 20.0.0.5, 10.0.0.2", "20.0.0.5"),
        ("10.0.0.1", "10.0.0.2", "10.0.0.2"),
        ("10.0.0.1", "nonsense", "0.0.0.0"),
        ("", "", "0.0.0.0"),
    ],
)
def test_only_our_own_proxies_are_believed(rf, settings, remote, forwarded, expected):
    settings.HAIDANG_TRUSTED_PROXIES = frozenset({"10.0.0.1", "10.0.0.2"})
    request = rf.get("/", REMOTE_ADDR=remote, HTTP_X_FORWARDED_FOR=forwarded)

    assert limits.address_of(request) == expected
