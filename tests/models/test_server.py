"""What the portal says about a database that it cannot use."""

import pytest

from models.server import ServerTrouble, check_server, parse_url


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("nonsense", "not a database address"),
        ("postgresql://user@host:port/portal", "not a database address"),
        ("mysql://user@host/portal", "PostgreSQL only"),
        ("sqlite:///portal.db", "PostgreSQL only"),
        ("postgresql://user@host", "names no database"),
    ],
)
def test_wrong_address_is_named_with_an_example(url: str, says: str) -> None:
    with pytest.raises(ServerTrouble, match=says) as caught:
        parse_url(url)
    assert "postgresql://user:password@host:5432/portal" in caught.value.remedy


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg", "postgresql+psycopg2"])
def test_every_spelling_of_the_scheme_means_psycopg(scheme: str) -> None:
    assert parse_url(f"{scheme}://a:b@host/portal").drivername == "postgresql+psycopg"


def test_unreachable_server_is_named_without_its_password() -> None:
    with pytest.raises(ServerTrouble, match="No connection to") as caught:
        check_server("postgresql://portal:very-secret@/portal?host=/nowhere")
    assert "very-secret" not in str(caught.value)
    assert "DATABASE_URL" in caught.value.remedy
