"""Every address of the house, found by walking the URL tree, with something to fill its gaps."""

from dataclasses import dataclass

from django.urls import URLPattern, get_resolver

# A value of the right shape for each kind of gap; it leads to nothing that exists.
_FILLS = {
    "int": "987654321",
    "uuid": "00000000-0000-4000-8000-000000000000",
    "slug": "none",
    "str": "none",
    "path": "none",
}


@dataclass(frozen=True)
class Address:
    route: str
    name: str
    view: object

    @property
    def path(self):
        """The route with its gaps filled."""
        path = self.route
        for start, kind in self._gaps():
            path = path.replace(start, _FILLS.get(kind, "none"))
        assert "<" not in path, path
        return f"/{path}"

    def _gaps(self):
        for part in self.route.split("<")[1:]:
            inside = part.split(">")[0]
            yield f"<{inside}>", inside.split(":")[0] if ":" in inside else "str"


def all_addresses():
    return sorted(_walk(get_resolver().url_patterns, ""), key=lambda one: one.route)


def _walk(patterns, before):
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield Address(route, pattern.name or "", pattern.callback)
        else:
            yield from _walk(pattern.url_patterns, route)
