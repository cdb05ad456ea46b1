"""`python -m portal COMMAND`."""

from portal.cli import main

if __name__ == "__main__":
    main(prog_name="portal")
