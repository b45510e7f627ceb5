"""A release folder: `data.csv`, `manifest.toml` and a README (bản phát hành danh mục).

The manifest says who published the list, by which decision, from when, under which licence, and
how many rows with which checksum the data must have. A folder that does not match its manifest
is refused: either the data or the manifest was changed without the other.
"""

import csv
import hashlib
import re
import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.utils.translation import gettext as _

from haidang.kernel import errors

REQUIRED = ("kind", "title_vi", "title_en", "version", "publisher", "source", "licence")


@dataclass(frozen=True)
class Manifest:
    """A checked manifest. `facts` is the whole file; `folder` is where it lies."""

    folder: Path
    facts: dict

    def __getattr__(self, name):
        try:
            return self.facts[name]
        except KeyError:
            raise AttributeError(name) from None

    def get(self, name, default=None):
        """One fact of the manifest, or `default`."""
        return self.facts.get(name, default)

    @property
    def name(self):
        """`<system>/<release>`, as the folders are called."""
        return f"{self.folder.parent.name}/{self.folder.name}"

    @property
    def storable(self):
        """The facts as JSON can hold them."""
        return {k: v.isoformat() if isinstance(v, date) else v for k, v in self.facts.items()}


def read(folder):
    """Read and check the manifest of a release folder, with its data's checksum.

    Raises    NotFound `terminology.release_missing`;
              RuleBroken `terminology.manifest_incomplete` (facts: missing),
              `terminology.checksum_differs`
    """
    folder = Path(folder)
    path = folder / "manifest.toml"
    if not path.exists():
        raise errors.NotFound(
            "terminology.release_missing",
            _("Thư mục này không phải một bản phát hành danh mục: thiếu manifest.toml."),
            folder=folder.name,
        )
    facts = tomllib.loads(path.read_text(encoding="utf-8"))
    manifest = Manifest(folder, facts)
    _check_complete(manifest)
    _check_sum(manifest)
    return manifest


def rows(manifest):
    """The data as dictionaries, in file order.

    Raises    RuleBroken `terminology.row_count_differs` (facts: expected, found)
    """
    with (manifest.folder / "data.csv").open(encoding="utf-8", newline="") as lines:
        found = list(csv.DictReader(lines))
    if len(found) != manifest.rows:
        raise errors.RuleBroken(
            "terminology.row_count_differs",
            _("Số dòng dữ liệu khác với số ghi trong manifest; kiểm tra lại tệp rồi nạp lại."),
            expected=manifest.rows,
            found=len(found),
        )
    return found


def checksum(path):
    """The checksum of a file as manifests write it."""
    return "sha256:" + hashlib.sha256(Path(path).read_bytes()).hexdigest()


def seal(folder):
    """Write the row count and checksum of `data.csv` into the manifest, after a deliberate change."""
    folder = Path(folder)
    with (folder / "data.csv").open(encoding="utf-8", newline="") as lines:
        count = sum(1 for _ in csv.DictReader(lines))
    path = folder / "manifest.toml"
    content = path.read_text(encoding="utf-8")
    content = re.sub(r"^rows = .*$", f"rows = {count}", content, flags=re.M)
    fresh = f'checksum = "{checksum(folder / "data.csv")}"'
    path.write_text(re.sub(r"^checksum = .*$", fresh, content, flags=re.M), encoding="utf-8")


def _check_complete(manifest):
    missing = [name for name in (*REQUIRED, "rows", "checksum") if name not in manifest.facts]
    if missing:
        raise errors.RuleBroken(
            "terminology.manifest_incomplete",
            _("Manifest của bản phát hành còn thiếu mục; bổ sung rồi nạp lại."),
            release=manifest.name,
            missing=missing,
        )


def _check_sum(manifest):
    if checksum(manifest.folder / "data.csv") != manifest.checksum:
        raise errors.RuleBroken(
            "terminology.checksum_differs",
            _("Dữ liệu đã đổi mà manifest chưa đổi theo; nếu đổi có chủ ý, hãy niêm phong lại."),
            release=manifest.name,
        )
