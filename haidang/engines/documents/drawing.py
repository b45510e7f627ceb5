"""Draws the first pages of a file, as a program of its own: `python drawing.py FILE TYPE FOLDER`.

A file that is made to break a reader breaks this one, which has little memory, little time and
nothing of ours. It imports nothing of the house, prints `{"pages": N}` and leaves `1.jpg`, `2.jpg` …
"""

import json
import resource
import sys
from pathlib import Path

PAGES = 3
_WIDE, _TALL = 1000, 1600
_MOST_PIXELS = 80_000_000
_MEMORY, _WRITTEN = 1 << 30, 16 << 20


def main(path, kind, folder):
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_WRITTEN, _WRITTEN))
    drawn, pages = _pdf(path) if kind == "application/pdf" else _picture(path)
    for number, one in enumerate(drawn, 1):
        one.convert("RGB").save(Path(folder) / f"{number}.jpg", "JPEG", quality=80)
    print(json.dumps({"pages": pages}))


def _pdf(path):
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    document.init_forms()
    shown = [_page(document[number]) for number in range(min(PAGES, len(document)))]
    return shown, len(document)


def _page(page):
    wide, tall = page.get_size()
    return page.render(scale=min(_WIDE / wide, _TALL / tall)).to_pil()


def _picture(path):
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = None  # told by its own head below, before anything is unpacked
    with Image.open(path, formats=("JPEG", "PNG")) as found:
        if found.width * found.height > _MOST_PIXELS:
            raise SystemExit("too many pixels")
        found.draft("RGB", (_WIDE, _TALL))
        found.thumbnail((_WIDE, _TALL))
        upright = ImageOps.exif_transpose(found)
    clear = upright.convert("RGBA")
    ground = Image.new("RGBA", clear.size, "white")
    return [Image.alpha_composite(ground, clear)], 1


if __name__ == "__main__":
    main(*sys.argv[1:])
