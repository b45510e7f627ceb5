"""Receivers are called at public addresses only, wherever their names lead."""

import pytest

from haidang.engines.records.subscriptions import calling


@pytest.mark.parametrize(
    "address",
    [
        "10.1.2.3",
        "127.0.0.1",
        "::ffff:127.0.0.1",
        "fd00::1",
        "169.254.1.1",
        "100.64.0.1",
        "0.0.0.0",
    ],
)
def test_a_name_that_leads_inside_is_not_called(monkeypatch, settings, address):
    settings.HAIDANG_HOOKS_TO_LOOPBACK = False
    found = [(None, None, None, "", (address, 443)), (None, None, None, "", ("93.184.216.34", 443))]
    monkeypatch.setattr(calling.socket, "getaddrinfo", lambda *_a, **_k: found)

    with pytest.raises(calling.Refused):
        calling.allowed("rebind.example.org", 443)


def test_a_name_that_leads_out_is_called_where_it_was_looked_up(monkeypatch, settings):
    settings.HAIDANG_HOOKS_TO_LOOPBACK = False
    found = [(None, None, None, "", ("93.184.216.34", 443))]
    monkeypatch.setattr(calling.socket, "getaddrinfo", lambda *_a, **_k: found)

    assert calling.allowed("example.org", 443) == "93.184.216.34"
