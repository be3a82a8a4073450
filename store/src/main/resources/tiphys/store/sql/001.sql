-- Truth: entry (live streams), history (closed ones), cursor, object, secret. The rest is derived.
CREATE TABLE meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO meta VALUES ('sequence', 0), ('version', 0), ('forgotten', 0);

CREATE TABLE kind (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE stream (
    id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, key TEXT NOT NULL, last INTEGER NOT NULL,
    closed INTEGER, -- when it was closed, in microseconds; null while it lives
    UNIQUE (kind, key));
CREATE INDEX stream_live ON stream (kind) WHERE closed IS NULL;
CREATE INDEX stream_closed ON stream (kind, closed) WHERE closed IS NOT NULL;

CREATE TABLE entry (
    sequence INTEGER PRIMARY KEY, stream INTEGER NOT NULL, kind INTEGER NOT NULL, number INTEGER NOT NULL,
    at INTEGER NOT NULL, type TEXT NOT NULL, body BLOB NOT NULL);
CREATE INDEX entry_stream ON entry (stream, number);
CREATE INDEX entry_kind ON entry (kind); -- the rowid follows: this is (kind, sequence)

CREATE TABLE history (stream INTEGER PRIMARY KEY, entries BLOB NOT NULL);
CREATE TABLE snapshot (stream INTEGER PRIMARY KEY, number INTEGER NOT NULL, format TEXT NOT NULL, body BLOB NOT NULL);
CREATE TABLE cursor (consumer TEXT PRIMARY KEY, sequence INTEGER NOT NULL) WITHOUT ROWID;

CREATE TABLE object (
    id INTEGER PRIMARY KEY, type TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL,
    changed INTEGER NOT NULL, json BLOB NOT NULL, secret INTEGER,
    UNIQUE (type, namespace, name));
CREATE TABLE secret (id INTEGER PRIMARY KEY AUTOINCREMENT, data BLOB NOT NULL);
CREATE TABLE change (
    id INTEGER PRIMARY KEY AUTOINCREMENT, version INTEGER NOT NULL, at INTEGER NOT NULL, what TEXT NOT NULL,
    type TEXT NOT NULL, namespace TEXT NOT NULL, json BLOB NOT NULL, secret INTEGER);
CREATE INDEX change_type ON change (type, version);

CREATE TABLE event_id (id TEXT PRIMARY KEY, sequence INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX event_id_sequence ON event_id (sequence);
CREATE TABLE event_identity (
    source TEXT NOT NULL, identity TEXT NOT NULL, event TEXT NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (source, identity)) WITHOUT ROWID;

CREATE TABLE run (
    uid TEXT PRIMARY KEY, namespace TEXT NOT NULL, name TEXT NOT NULL, phase TEXT NOT NULL, message TEXT NOT NULL,
    created INTEGER NOT NULL, started INTEGER, finished INTEGER, progress TEXT NOT NULL, template TEXT NOT NULL,
    event TEXT NOT NULL, suspended INTEGER NOT NULL, shutdown TEXT NOT NULL, parameters TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX run_created ON run (created, uid);
CREATE INDEX run_name ON run (namespace, name);
CREATE INDEX run_event ON run (event) WHERE event <> '';

CREATE TABLE delivery (
    event TEXT NOT NULL, namespace TEXT NOT NULL, sensor TEXT NOT NULL, trigger_name TEXT NOT NULL,
    sequence INTEGER NOT NULL, verdict TEXT NOT NULL, firing TEXT, object TEXT, at INTEGER NOT NULL,
    PRIMARY KEY (event, sequence, namespace, sensor, trigger_name)) WITHOUT ROWID;
CREATE INDEX delivery_sequence ON delivery (sequence);
CREATE TABLE delivery_count (
    namespace TEXT NOT NULL, sensor TEXT NOT NULL, trigger_name TEXT NOT NULL, verdict TEXT NOT NULL,
    count INTEGER NOT NULL, PRIMARY KEY (namespace, sensor, trigger_name, verdict)) WITHOUT ROWID;
