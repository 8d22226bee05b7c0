-- Each namespace's tree of slices, for proofs: the nodes that a slice's leaf completes, the highest first, the leaf's own
-- hash last. Of pruned slices, and of those before a snapshot, the rows stay that hold the peaks of the tree up to there.
CREATE TABLE slice_log (
    namespace BLOB    NOT NULL,
    number    INTEGER NOT NULL,
    nodes     BLOB    NOT NULL,
    PRIMARY KEY (namespace, number)
) STRICT, WITHOUT ROWID;
