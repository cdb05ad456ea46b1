"""`python -m tests.fieldsync.simulation`."""

import sys

from tests.fieldsync.simulation.soak import main

sys.exit(main(sys.argv[1:]))
