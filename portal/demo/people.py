"""Who works for the maker: head office, managers, reps and who held which territory; and how people are called."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import cache

from models.access import Role
from models.region import assign_territory
from models.text import fold
from models.user import Credential, User, UserPreference
from models.user.sign_in import hash_password
from portal.demo.calendar import moment
from portal.demo.chance import Chance, ident
from portal.demo.scene import Scene
from portal.demo.words import words

PASSWORD = "demo-portal"  # noqa: S105 - the demo world's, printed at set-up
SIGN_INS = {
    "dealer": ("Ayşe Kılıç", "dealer"),
    "staff": ("Mehmet Işık", "works for dealer@example.com"),
    "dealer2": ("Burak Öztürk", "another dealer, in another region"),
    "rep": ("Cem Güneş", "field rep in İzmir"),
    "rep2": ("Deniz Şahin", "field rep of another territory of the same region"),
    "manager": ("Filiz Yıldız", "manager of Ege, where rep and rep2 work"),
    "manager2": ("Gökhan Ünal", "manager of Marmara"),
    "hq": ("Hale Arslan", "head office"),
}
"""Before the @example.com: the name, and who that is."""
MANAGERS = {"Ege": "manager", "Marmara": "manager2"}
REPS = {"IZM": "rep", "DEN": "rep2"}
HELD_TOGETHER = {"DIY": "GAZ", "ERZ": "MAL", "TRA": "SAM", "KUT": "MAN"}
"""Territories that lie in the hands of the rep of another one."""
BEFORE = {
    "IZM": (210, "former1"),
    "TRK": (150, "former1"),
    "DEN": (320, "MAN"),
    "SAK": (95, "KOC"),
    "ANK": (260, "former2"),
}
"""Days since a territory changed hands, and who held it before: a rep who left, or the rep of another territory."""


def person(chance: Chance) -> str:
    """Somebody's name."""
    names = words("people")
    first = names["female"] if chance.happens(0.22) else names["male"]
    return f"{chance.choice(first)} {chance.choice(names['surnames'])}"


def mobile(chance: Chance) -> str:
    """A number that is nobody's: no Turkish subscriber's number begins with a nought."""
    return f"+90 {chance.choice((530, 532, 533, 535, 541, 542, 505, 507))} 000 {_four(chance)}"


def landline(chance: Chance) -> str:
    """A company's number, nobody's either."""
    return f"+90 850 000 {_four(chance)}"


def tax_number(chance: Chance) -> str:
    """A tax number with a valid check digit, from a range that no company is given."""
    digits = [0, 0, 0, *(chance.randrange(10) for _ in range(6))]
    total = 0
    for place, digit in enumerate(digits):
        shifted = (digit + 9 - place) % 10
        total += (shifted * 2 ** (9 - place)) % 9 or (9 if shifted else 0)
    return "".join(map(str, digits)) + str(-total % 10)


def slug(text: str) -> str:
    """A name as it stands in an address: letters and digits only, words joined by dots."""
    return ".".join("".join(c for c in word if c.isalnum()) for word in fold(text).split())


@cache
def password_hash() -> str:
    """Everybody's password, hashed once."""
    return hash_password(PASSWORD)


def add_users(scene: Scene, users: Sequence[User]) -> None:
    """Users with how they sign in and in which language they read."""
    scene.db.add_all(users)
    scene.db.flush()
    now, hashed = scene.calendar.now, password_hash()
    scene.add(Credential(id=user.id, password_hash=hashed, changed_at=now) for user in users)
    scene.add(UserPreference(id=user.id, locale=_locale(user)) for user in users)


def add_staff(scene: Scene) -> None:
    """Head office, one manager a region, one rep a territory at a time, and the two who left."""
    chance = Chance("staff")
    scene.users["hq"] = _employee(scene, "hq", Role.HQ, SIGN_INS["hq"][0])
    for key in ("hq2", "hq3"):
        scene.users[key] = _employee(scene, key, Role.HQ, person(chance))
    for name, region in scene.regions.items():
        key = MANAGERS.get(name, f"manager/{region.code}")
        user = _employee(scene, key, Role.MANAGER, SIGN_INS[key][0] if key in SIGN_INS else person(chance))
        user.region_id = region.id
        scene.users[f"manager/{name}"] = user
    for code in (code for code in scene.territories if code not in HELD_TOGETHER):
        key = REPS.get(code, f"rep/{code}")
        name = SIGN_INS[key][0] if key in SIGN_INS else person(chance)
        scene.users[f"rep/{code}"] = _employee(scene, key, Role.REP, name)
    for key in ("former1", "former2"):
        scene.users[f"rep/{key}"] = _employee(scene, f"rep/{key}", Role.REP, person(chance))
        scene.users[f"rep/{key}"].active = False
    add_users(scene, list(scene.users.values()))
    _assign(scene)


def _employee(scene: Scene, key: str, role: Role, name: str) -> User:
    account = key if key in SIGN_INS else slug(name)
    return User(
        id=ident("user", key),
        email=f"{account}@example.com",
        name=name,
        role=role,
        created_at=scene.calendar.now - timedelta(days=420),
    )


def _locale(user: User) -> str | None:
    """Whoever tries the sign-ins sees the portal in the browser's language; all others read Turkish."""
    return None if user.email.partition("@")[0] in SIGN_INS else "tr"


def _assign(scene: Scene) -> None:
    """Hand out the territories, with the hand-overs of the past."""
    for code, territory in scene.territories.items():
        history = [(420, scene.users[f"rep/{HELD_TOGETHER.get(code, code)}"])]
        if code in BEFORE:
            days, before = BEFORE[code]
            history = [(420, scene.users[f"rep/{before}"]), (days, history[0][1])]
        scene.holders[territory.id] = []
        for days, user in history:
            since = moment(scene.calendar.ago(days))
            assignment = assign_territory(scene.db, territory, user, since)
            assignment.id = ident("assignment", f"{code}/{days}")
            scene.db.flush()
            scene.holders[territory.id].append((since, user))


def _four(chance: Chance) -> str:
    return f"{chance.randrange(100):02} {chance.randrange(100):02}"
