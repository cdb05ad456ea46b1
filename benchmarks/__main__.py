"""`make bench`: every measurement in one run. See docs/benchmarks.md for the last results and the method."""

from __future__ import annotations

from itertools import chain

from benchmarks import exchange, laptop, order_import, pages, policies, quote_pdfs, route
from benchmarks.measure import report
from benchmarks.scene import scene


def main() -> None:
    """Run everything and print a line each."""
    for result in chain(quote_pdfs.run(), order_import.run(), route.run(), exchange.run(), laptop.run()):
        report(result.line())
    report("Building the scene: 2,000 dealers, 1,000,000 order lines …")
    with scene() as built:
        for result in policies.run(built):
            report(result.line())
        for result in pages.run(built):
            report(result.line())


if __name__ == "__main__":
    main()
