"""What a client's SMART scopes let it do with a resource type.

Source: SMART App Launch 2.0, section "Scopes for requesting FHIR resources": `system/Type.cruds`,
and the older `.read`, `.write`, `.*`.
"""

import re

from haidang.kernel import actor as actors
from haidang.kernel import errors

_SCOPE = re.compile(r"system/(\w+|\*)\.(read|write|\*|[cruds]+)\Z")
_OLD = {"read": "rs", "write": "cud", "*": "cruds"}
WORDS = {"c": "tạo", "r": "đọc", "u": "sửa", "d": "xoá", "s": "tìm"}


def allows(by, kind, letter):
    """True when one of the actor's scopes covers a type (`*` for any) and a letter of `cruds`."""
    if by.kind == actors.SYSTEM_KIND:
        return True
    return any(
        found[1] in ("*", kind) and letter in _OLD.get(found[2], found[2])
        for scope in by.permissions
        if (found := _SCOPE.match(scope))
    )


def require(by, kind, letter):
    """Pass when the scopes cover it.

    Raises    NotAllowed `fhir.scope_missing` (facts: scope)
    """
    if not allows(by, kind, letter):
        raise errors.NotAllowed(
            "fhir.scope_missing",
            f"Hệ thống này chưa được phép {WORDS[letter]} {kind}; hãy xin thêm phạm vi kết nối.",
            scope=f"system/{kind}.{letter}",
        )
