"""Who may import whom beyond what import-linter's contracts say: features meet in the models and nowhere else."""

import grimp

from tests.architecture.sources import ROOT, files, name

SHARED = {"web", "mail", "pdf", "jobs", "demo"}
"""Packages of `portal` that are no feature: what features stand on, and what runs or fills them."""


def features() -> set[str]:
    """A package of `portal` that answers requests."""
    return {path.parent.name for path in files("portal") if path.stem == "views"} - SHARED


def test_features_do_not_import_each_other() -> None:
    graph = grimp.build_graph("portal")
    crossing = []
    for module in graph.modules:
        own = module.split(".")[1] if "." in module else ""
        for imported in graph.find_modules_directly_imported_by(module):
            other = imported.split(".")[1] if "." in imported else ""
            if own in features() and other in features() and own != other:
                crossing.append(f"{module} imports {imported}")
    assert crossing == []


def test_each_feature_has_templates_under_its_own_name() -> None:
    without_pages = {"home", "preferences"}
    missing = [feature for feature in features() - without_pages if not (ROOT / "templates" / feature).is_dir()]
    assert missing == []


def test_nothing_is_called_by_a_word_that_says_nothing() -> None:
    vague = {"utils", "util", "helpers", "helper", "common", "services", "service", "misc"}
    found = [name(path) for path in files("models", "portal", "fieldsync", "tests", "benchmarks")]
    assert [path for path in found if vague & set(path.removesuffix(".py").split("/")) or "manager.py" in path] == []
