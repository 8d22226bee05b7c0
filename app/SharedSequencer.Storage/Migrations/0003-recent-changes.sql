-- What each of the newest blocks did to the state: accounts with their new values, which are not in the table state yet;
-- everything else, which is, with the values before. One value per block: a row per account would be most of Commit's time.
CREATE TABLE changes (
    height  INTEGER NOT NULL PRIMARY KEY,
    content BLOB    NOT NULL
) STRICT;

DROP TABLE undo;
