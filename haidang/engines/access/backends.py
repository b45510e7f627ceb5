"""Who is this: name and password, against the hash."""

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import check_password, make_password

from haidang.engines.access.models import Account


class PasswordBackend(BaseBackend):
    """Name and password; as slow for an unknown name as for a wrong password."""

    def authenticate(self, request, username=None, password=None, **_others):
        if username is None or password is None:
            return None
        account = Account.objects.filter(username=username.strip().lower()).first()
        if account is None:
            make_password(password)
            return None
        return account if self._fits(account, password) and account.is_active else None

    def get_user(self, user_id):
        return Account.objects.filter(pk=user_id, is_active=True).first()

    def _fits(self, account, password):
        def upgrade(raw):
            account.set_password(raw)
            account.save(update_fields=["password"])

        return check_password(password, account.password, upgrade)
