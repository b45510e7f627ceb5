"""The door of the documents engine: files by their content."""

from haidang.engines.documents.files import File, file, keep, keep_made, open_file
from haidang.engines.documents.types import ENDINGS

__all__ = ["ENDINGS", "File", "file", "keep", "keep_made", "open_file"]
