"""Fill `static/vendor` from the pinned npm packages: `python -m portal.assets`; `… lock` tidies the lock file.

The folder is built, never committed. Only files that pages, mails or PDFs use are copied; the icons named in
`static/icons.txt` become one SVG sprite whose symbols carry the icon's name as their id.
"""

import json
import re
import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent

LOCKS = (ROOT / "package-lock.json", ROOT / "benchmarks/peer/package-lock.json")
FILES = {
    "tabler.css": "@tabler/core/dist/css/tabler.min.css",
    "tabler.js": "@tabler/core/dist/js/tabler.min.js",
    "htmx.js": "htmx.org/dist/htmx.min.js",
    "chart.js": "chart.js/dist/chart.umd.min.js",
    "fonts/inter-latin.woff2": "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2",
    "fonts/inter-latin-ext.woff2": "@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2",
    "fonts/Inter-Regular.ttf": "@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf",
    "fonts/Inter-SemiBold.ttf": "@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf",
}
"""Name under `static/vendor` → file in `node_modules`. Inter's TTF files are for PDFs, which cannot embed WOFF2."""

SVG = "http://www.w3.org/2000/svg"
SOURCE_MAP = re.compile(rb"\n?(//|/\*)# sourceMappingURL=[^\n*]*(\*/)?\s*$")


def build(modules: Path, target: Path, icons: list[str]) -> None:
    """Build beside `target` and move file by file, so that a running server never serves half a file."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".vendor-") as folder:
        for name, source in FILES.items():
            _write(Path(folder) / name, SOURCE_MAP.sub(b"", (modules / source).read_bytes()))
        _write(Path(folder) / "inter.css", font_faces((modules / "@fontsource-variable/inter/wght.css").read_text()))
        _write(Path(folder) / "icons.svg", sprite(modules / "@tabler/icons/icons/outline", icons))
        target.mkdir(exist_ok=True)
        for built in sorted(path for path in Path(folder).rglob("*") if path.is_file()):
            final = target / built.relative_to(folder)
            final.parent.mkdir(exist_ok=True)
            built.replace(final)


def font_faces(stylesheet: str) -> bytes:
    """The font-face rules of the two subsets that cover English, Turkish and Italian, pointing at our file names."""
    faces = re.findall(r"@font-face \{[^}]*inter-(?:latin|latin-ext)-wght-normal\.woff2[^}]*\}", stylesheet)
    if len(faces) != 2:
        raise ValueError(f"expected the latin and latin-ext faces of Inter, found {len(faces)}")
    return re.sub(r"\./files/(inter-[a-z-]+)-wght-normal", r"fonts/\1", "\n".join(faces) + "\n").encode()


def sprite(folder: Path, icons: list[str]) -> bytes:
    """One SVG document with a symbol per icon. The stroke's width is left to the page's stylesheet."""
    ElementTree.register_namespace("", SVG)
    root = ElementTree.Element(f"{{{SVG}}}svg")
    for name in icons:
        drawing = ElementTree.parse(folder / f"{name}.svg").getroot()  # noqa: S314 - a package pinned by its hash
        look = {key: drawing.attrib[key] for key in ("viewBox", "fill", "stroke", "stroke-linecap", "stroke-linejoin")}
        symbol = ElementTree.SubElement(root, f"{{{SVG}}}symbol", {"id": name} | look)
        symbol.extend(path for path in drawing if path.get("stroke") != "none")
    return ElementTree.tostring(root)


def icon_names() -> list[str]:
    """The icons that templates may use, from `static/icons.txt`: one name a line."""
    return (ROOT / "static/icons.txt").read_text().split()


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    path.chmod(0o644)


def strip_addresses(lock: Path) -> None:
    """npm notes in its lock file where packages ask for funding: the only addresses left in it."""
    content = json.loads(lock.read_text())
    for package in content["packages"].values():
        package.pop("funding", None)
    lock.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def main() -> None:
    if sys.argv[1:] == ["lock"]:
        for lock in LOCKS:
            strip_addresses(lock)
        return None
    modules = ROOT / "node_modules"
    if not (modules / "htmx.org").is_dir():
        sys.exit("node_modules is not installed: run `make setup`.")
    return build(modules, (ROOT / "static/vendor").resolve(), icon_names())


if __name__ == "__main__":
    main()
