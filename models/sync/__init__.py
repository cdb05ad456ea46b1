"""What field clients need of the database: the change feed, devices, the inbox of operations, history and conflicts.

`feed` and `triggers` hold the feed that the database writes by itself, `pull` reads it, `audit` checks it against the
rows; `device` knows browsers, `inbox` keeps every operation that ever arrived, `rows` reads and writes synced records
many at a time, `conflict` keeps what people must decide. `fieldsync/README.md` explains the protocol above it.
"""
