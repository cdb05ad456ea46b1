"""Every route is in the access matrix, and the matrix says the same as the route's own declaration."""

from pathlib import Path

import pytest

from models.access import PERMISSIONS, Role
from models.session import Database
from portal.app import create_app
from portal.config import Config
from portal.web import Portal
from portal.web.permissions import required_by
from tests.matrix import MATRIX, PUBLIC


@pytest.fixture(scope="module")
def app() -> Portal:
    nowhere = Database("postgresql+psycopg://portal_web@127.0.0.1:1/nowhere")
    return create_app(Config(data_dir=Path("/nonexistent"), secret_key="only for tests"), nowhere)


def test_every_route_has_a_row_in_the_matrix_and_every_row_a_route(app: Portal) -> None:
    routes = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert sorted(routes - set(MATRIX)) == [], "add a row to tests/matrix.py"
    assert sorted(set(MATRIX) - routes) == [], "take the row out of tests/matrix.py"


def test_matrix_says_what_the_views_declare(app: Portal) -> None:
    wrong = []
    for endpoint, row in MATRIX.items():
        required = required_by(app.view_functions[endpoint])
        allowed = {role for role in Role if required and required & PERMISSIONS[role]}
        if set(row.roles) != allowed or (row.roles == PUBLIC) != (required == frozenset()):
            wrong.append(f"{endpoint}: declared for {sorted(allowed)}, the matrix says {sorted(row.roles)}")
    assert wrong == []


def test_routes_with_an_id_are_tried_with_foreign_records(app: Portal) -> None:
    with_id = {rule.endpoint for rule in app.url_map.iter_rules() if "id" in rule.arguments}
    assert sorted(name for name in with_id if not MATRIX[name].records) == []
