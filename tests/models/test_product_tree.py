"""Walking the tree of product groups, also when an import made it no tree."""

from uuid import UUID

from models.product_tree import GroupTree, Node

ROOT, ELECTRODES, BASIC, MACHINES, LOST = (UUID(int=number) for number in range(1, 6))


def tree() -> GroupTree:
    return GroupTree(
        [
            Node(BASIC, ELECTRODES, "Basic", "kg"),
            Node(ROOT, None, "All", "kg"),
            Node(ELECTRODES, ROOT, "Electrodes", "kg"),
            Node(MACHINES, ROOT, "Machines", "piece"),
            Node(LOST, UUID(int=99), "Its parent is gone", "kg"),
        ]
    )


def test_the_way_up_is_nearest_first() -> None:
    assert tree().lineage(BASIC) == (BASIC, ELECTRODES, ROOT)
    assert tree().lineage(None) == tree().lineage(UUID(int=99)) == ()


def test_a_subtree_holds_the_group_itself() -> None:
    assert tree().subtree(ELECTRODES) == {ELECTRODES, BASIC}


def test_walking_shows_every_group_after_its_parent_with_its_depth() -> None:
    shown = [(node.name, node.depth) for node in tree().walk()]
    assert shown == [("All", 0), ("Electrodes", 1), ("Basic", 2), ("Machines", 1), ("Its parent is gone", 0)]


def test_a_circle_ends() -> None:
    circle = GroupTree([Node(BASIC, ELECTRODES, "Basic", "kg"), Node(ELECTRODES, BASIC, "Electrodes", "kg")])
    assert circle.lineage(BASIC) == (BASIC, ELECTRODES)
    assert circle.subtree(BASIC) == {BASIC, ELECTRODES}
