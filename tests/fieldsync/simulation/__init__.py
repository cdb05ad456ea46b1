"""The proof that nothing is lost: simulated laptops, a faulty line and a busy office around the real server.

`machine` draws the schedules, `invariants` holds what must be true after each step (I1 to I16, a function each),
`laptop` is the reference client, written from the protocol's description, `wire` carries its requests and breaks them,
`office` is everybody else, `oracle` a second opinion on merging, `stage` the database, which it can photograph and
bring back, `soak` plays them all. `fieldsync/README.md` tells more.
"""
