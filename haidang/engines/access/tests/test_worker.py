"""Tidying forgets what has passed and keeps what is in use."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from haidang.engines.access import worker
from haidang.engines.access.models import Window

pytestmark = pytest.mark.django_db


def session_of(account, *, expires):
    store = SessionStore()
    store["of"] = account.pk
    store.save()
    Session.objects.filter(pk=store.session_key).update(expire_date=expires)
    UserSession.objects.create(
        user=account, ip="10.0.0.1", session_key=store.session_key, user_agent="Chrome"
    )
    return store.session_key


def test_only_what_has_passed_is_forgotten(person):
    account, now = person("doctor.lan"), timezone.now()
    session_of(account, expires=now - timedelta(minutes=1))
    alive = session_of(account, expires=now + timedelta(hours=1))
    Window.objects.create(key="old", starts_at=now - timedelta(days=2), count=1)
    Window.objects.create(key="new", starts_at=now, count=1)

    assert worker.tidy() == 0

    assert [row.session_key for row in Session.objects.all()] == [alive]
    assert [row.session_key for row in UserSession.objects.all()] == [alive]
    assert [row.key for row in Window.objects.all()] == ["new"]
