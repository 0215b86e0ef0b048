"""`python -m repoweb`."""

from repoweb.cli import main

if __name__ == "__main__":
    main()
