"""The tree of product groups as a whole: a few dozen rows that searching, pricing and routing walk up and down."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from models.catalogue import kept
from models.product import ProductGroup
from models.session import Session


class Node(NamedTuple):
    """A product group and how deep it lies, 0 for a root."""

    id: UUID
    parent_id: UUID | None
    name: str
    base_unit: str
    depth: int = 0


class GroupTree:
    """All product groups. A parent that is missing, or that leads back to its own child, ends the way up."""

    def __init__(self, nodes: Iterable[Node]) -> None:
        """`nodes` come in the order in which siblings are shown."""
        self._nodes = {node.id: node for node in nodes}
        self._children: defaultdict[UUID | None, list[Node]] = defaultdict(list)
        for node in self._nodes.values():
            self._children[node.parent_id if node.parent_id in self._nodes else None].append(node)

    def __contains__(self, group_id: object) -> bool:
        return group_id in self._nodes

    def name(self, group_id: UUID | None) -> str | None:
        """The group's name, None for no group."""
        return self._nodes[group_id].name if group_id in self._nodes else None

    def lineage(self, group_id: UUID | None) -> tuple[UUID, ...]:
        """The group and its ancestors, nearest first; nothing for no group."""
        found: list[UUID] = []
        while group_id is not None and group_id in self._nodes and group_id not in found:
            found.append(group_id)
            group_id = self._nodes[group_id].parent_id
        return tuple(found)

    def subtree(self, group_id: UUID) -> set[UUID]:
        """The group and everything beneath it."""
        found: set[UUID] = set()
        waiting = [group_id]
        while waiting:
            current = waiting.pop()
            if current not in found:
                found.add(current)
                waiting += [child.id for child in self._children.get(current, ())]
        return found

    def walk(self, parent_id: UUID | None = None, depth: int = 0) -> Iterator[Node]:
        """Every group after its parent, each with its depth: the order of a list to choose from."""
        for node in self._children.get(parent_id, ()):
            yield Node(node.id, node.parent_id, node.name, node.base_unit, depth)
            yield from self.walk(node.id, depth + 1)


def load_groups(db: Session) -> GroupTree:
    """The whole tree, siblings in alphabetical order; in one query, or none while the catalogue stays the same."""
    return kept(db, _load)


def _load(db: Session) -> GroupTree:
    return GroupTree(Node(*row) for row in db.execute(_GROUPS).all())


_GROUP = ProductGroup.__table__.c
_GROUPS = select(_GROUP.id, _GROUP.parent_id, _GROUP.name, _GROUP.base_unit).order_by(_GROUP.name_sort, _GROUP.code)
