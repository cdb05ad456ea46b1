"""What the documents promise is there: links, files, make targets, commands with their options, the demo sign-ins."""

import re
import shlex
from pathlib import Path

import click
import pytest

from portal.cli import COMMANDS, main
from portal.demo.people import PASSWORD, SIGN_INS
from tests.architecture.sources import ROOT, name

PACKAGES = ("models", "portal", "fieldsync", "templates", "tests", "benchmarks")
WRITTEN = (path for each in ("docs", *PACKAGES) for path in (ROOT / each).rglob("*.md"))
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(path for path in WRITTEN if "node_modules" not in path.parts)])
LINK = re.compile(r"(?<!\\)\]\(([^)\s]+)\)")
CODE = re.compile(r"```(\w*)\n(.*?)```|`([^`\n]+)`", re.DOTALL)
FILE = re.compile(r"[\w*./<>-]+\.(py|sql|html|js|css|md|toml|txt|cfg|mako)|[\w./-]+/")
"""What in a table's first column names a file, or a folder."""

everywhere = pytest.mark.parametrize("path", DOCUMENTS, ids=name)


def code_of(path: Path) -> list[str]:
    """What one may type at a shell, by a document: lines of blocks, and words in sentences."""
    found = [(block or word) for kind, block, word in CODE.findall(path.read_text()) if kind not in ("sql", "python")]
    return [line.strip() for each in found for line in each.splitlines()]


def anchors(path: Path) -> set[str]:
    """The headings of a document as links name them."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@everywhere
def test_every_link_leads_somewhere(path: Path) -> None:
    broken = []
    for link in LINK.findall(path.read_text()):
        place, _, anchor = link.partition("#")
        target = (path.parent / place).resolve() if place else path
        if "://" not in link and (not target.exists() or (anchor and anchor not in anchors(target))):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("package", PACKAGES)
def test_each_package_says_what_it_is(package: str) -> None:
    assert (ROOT / package / "README.md").read_text().startswith(f"# {package}: ") or package == "fieldsync"


@everywhere
def test_every_file_in_a_table_s_first_column_is_there(path: Path) -> None:
    missing = []
    for row in re.findall(r"^\| (`[^|]+) \|", path.read_text(), re.MULTILINE):
        for word in " ".join(re.findall(r"`([^`]+)`", row)).split():
            places = (path.parent, ROOT)
            if FILE.fullmatch(word) and not any(list(place.glob(word.rstrip("/"))) for place in places):
                missing.append(word)
    assert missing == []


@everywhere
def test_every_make_target_exists(path: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    asked = {target for line in code_of(path) for target in re.findall(r"^(?:.*&& )?make ([a-z]+)", line)}
    assert asked <= targets


@everywhere
def test_every_command_and_option_exists(path: Path) -> None:
    wrong = []
    for line in code_of(path):
        for said in re.findall(r"(?:^|[/ ])portal ((?:[a-z]|…).*)", line.partition("  #")[0]):
            for each in re.split(r" && (?:.*portal )?|\bportal ", said):
                wrong += [f"portal {each}: {why}" for why in mistakes(each)]
    assert wrong == []


def mistakes(said: str) -> list[str]:
    """What of a command line the portal would not understand; places left to the reader are capitals or dots."""
    words = shlex.split(said.replace("…", "x").replace("'", ""))
    if not words:
        return []
    names = words[0].split("|")
    if set(names) - {"x"} - set(COMMANDS):
        return [f"no command {words[0]}"]
    command: click.Command | None = main.get_command(click.Context(main), names[0]) if names != ["x"] else None
    if isinstance(command, click.Group) and len(words) > 1:
        known = command.list_commands(click.Context(command))
        unknown = set(words[1].split("|")) - set(known)
        if unknown:
            return [f"no command {word}" for word in unknown]
        command = command.get_command(click.Context(command), words[1].split("|")[0])
    if command is None or isinstance(command, click.Group):
        return []
    options = {option for each in command.params for option in (*each.opts, *each.secondary_opts)}
    used = {word.partition("=")[0] for word in words if word.startswith("--")}
    return [f"no option {option}" for option in sorted(used - options)]


def test_a_command_that_is_not_there_is_found() -> None:
    assert mistakes("fly --high") == ["no command fly"]
    assert mistakes("user fly") == ["no command fly"]
    assert mistakes("serve --fast --port 1") == ["no option --fast"]
    assert mistakes("import dealers|prices FILE --mapping x") == []


@pytest.mark.parametrize("document", ["README.md", "docs/demo.md"])
def test_the_demo_sign_ins_are_those_of_the_demo(document: str) -> None:
    text = (ROOT / document).read_text()
    shown = re.findall(r"^\| `(\w+)@example\.com` \|", text, re.MULTILINE)
    assert sorted(shown) == sorted(SIGN_INS)
    assert f"The password is `{PASSWORD}`" in text


def test_the_readme_names_every_folder_of_the_application() -> None:
    tree = (ROOT / "README.md").read_text().partition("## Where things are")[2].partition("\n## ")[0]
    named = set(re.findall(r"^\| (.+?) \|", tree, re.MULTILINE))
    folders = {folder.rstrip("/") for cell in named for folder in re.findall(r"`(\w+/)`", cell)}
    assert folders >= {*PACKAGES, "static", "docs"}
