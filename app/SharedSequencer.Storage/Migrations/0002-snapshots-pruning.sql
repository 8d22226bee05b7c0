-- Where a chain begins that started from a snapshot: the state after this height, whose block is not here.
CREATE TABLE base (
    one         INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    height      INTEGER NOT NULL,
    seconds     INTEGER NOT NULL,
    nanoseconds INTEGER NOT NULL,
    app_hash    BLOB    NOT NULL
) STRICT;

-- By height first: a height's slices are found to prune them, and a namespace's slice at a height as before.
DROP INDEX slices_by_height;
CREATE UNIQUE INDEX slices_by_height ON slices (height, namespace);
