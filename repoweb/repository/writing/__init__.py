"""Writing what Fossil can sync: an artifact and every row that Fossil derives from it.

`put` stores an artifact and crosslinks it, as Fossil's src/manifest.c does, in
the transaction of its caller. `fossil rebuild` makes the same rows anew.
"""
