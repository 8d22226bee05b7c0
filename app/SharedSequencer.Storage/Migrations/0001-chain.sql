-- What one node keeps of the chain. Heights and numbers are integers, hashes and ids are raw bytes.

-- What is fixed when the database is made: chain_id, engine.
CREATE TABLE meta (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The flat state at the last committed height. Its tree is rebuilt from here at start.
CREATE TABLE state (
    key   BLOB NOT NULL PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Each namespace's tree of slices, by its peaks.
CREATE TABLE peaks (
    namespace BLOB NOT NULL PRIMARY KEY,
    peaks     BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- transactions: each with its length before it as a varint, the preamble not among them.
CREATE TABLE blocks (
    height       INTEGER NOT NULL PRIMARY KEY,
    hash         BLOB    NOT NULL,
    seconds      INTEGER NOT NULL,
    nanoseconds  INTEGER NOT NULL,
    app_hash     BLOB    NOT NULL,
    proposer     BLOB    NOT NULL,
    preamble     BLOB,
    transactions BLOB    NOT NULL
) STRICT;

-- position: place in the block; the preamble has 0.
CREATE TABLE transactions (
    id       BLOB    NOT NULL PRIMARY KEY,
    height   INTEGER NOT NULL,
    position INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE slices (
    namespace   BLOB    NOT NULL,
    number      INTEGER NOT NULL,
    height      INTEGER NOT NULL,
    entry_count INTEGER NOT NULL,
    root        BLOB    NOT NULL,
    PRIMARY KEY (namespace, number)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX slices_by_height ON slices (namespace, height);

-- What a block overwrote, to step back over it. One value per block: writing a row per key would double Commit's work.
CREATE TABLE undo (
    height INTEGER NOT NULL PRIMARY KEY,
    before BLOB    NOT NULL
) STRICT;

-- Header, commit and validator set of a height as tendermint.types.LightBlock.
CREATE TABLE light (
    height      INTEGER NOT NULL PRIMARY KEY,
    light_block BLOB    NOT NULL
) STRICT;

-- Checkpoints in Bitcoin that were reported to this node, with the evidence as it was given. Hashes as Bitcoin prints them.
CREATE TABLE anchors (
    height             INTEGER NOT NULL,
    txid               TEXT    NOT NULL,
    bitcoin_block_hash TEXT    NOT NULL,
    bitcoin_height     INTEGER NOT NULL,
    confirmations      INTEGER NOT NULL,
    evidence           BLOB    NOT NULL,
    PRIMARY KEY (height, txid)
) STRICT, WITHOUT ROWID;
