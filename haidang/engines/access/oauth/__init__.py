"""The authorisation server: apps, what people let them do, and the tokens that say so.

django-oauth-toolkit carries out OAuth 2.0 and OpenID Connect; this package gives it our tables
(`models`), the rules of SMART App Launch (`server`), signed client assertions (`assertions`) and
the Actor that a token becomes (`tokens`).
"""
