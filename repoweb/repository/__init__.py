"""One Fossil repository file: SQLite and Fossil's formats, no Flask, no HTTP."""
