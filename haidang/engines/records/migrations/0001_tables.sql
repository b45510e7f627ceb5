-- One sequence for record numbers and changes: what is newer has a higher number.
CREATE SEQUENCE records_seq AS bigint;

CREATE TABLE records_key (
    rid bigint PRIMARY KEY,
    h bigint[] NOT NULL,
    id bytea NOT NULL,
    type smallint NOT NULL,
    live boolean NOT NULL
);
ALTER TABLE records_key ALTER COLUMN h SET STATISTICS 500;
CREATE UNIQUE INDEX records_key_once ON records_key (id, type);
CREATE INDEX records_key_walk ON records_key (type, rid) WHERE live;
CREATE INDEX records_key_h ON records_key USING gin (h) WITH (fastupdate = on, gin_pending_list_limit = 16384);

CREATE TABLE records_resource (
    rid bigint PRIMARY KEY,
    patient bigint,
    seq bigint NOT NULL,
    at timestamptz NOT NULL,
    version integer NOT NULL CONSTRAINT records_resource_counted CHECK (version > 0),
    type smallint NOT NULL,
    deleted boolean NOT NULL,
    id bytea NOT NULL,
    body bytea NOT NULL
);
-- zstd has been over the bodies already.
ALTER TABLE records_resource ALTER COLUMN body SET STORAGE EXTERNAL;
CREATE UNIQUE INDEX records_resource_seq ON records_resource (seq);
CREATE INDEX records_resource_at ON records_resource (at);
CREATE INDEX records_resource_patient ON records_resource (patient, type) WHERE patient IS NOT NULL;

CREATE TABLE records_history (
    LIKE records_resource
) PARTITION BY RANGE (at);
ALTER TABLE records_history ALTER COLUMN body SET STORAGE EXTERNAL;
CREATE INDEX records_history_version ON records_history (rid, version);
CREATE INDEX records_history_seq ON records_history (seq);
CREATE INDEX records_history_at ON records_history USING brin (at);

CREATE TABLE records_date (
    p bigint NOT NULL,
    lo timestamptz NOT NULL,
    hi timestamptz NOT NULL,
    rid bigint NOT NULL
);
CREATE INDEX records_date_order ON records_date (p, lo, hi, rid);

CREATE TABLE records_quantity (
    p bigint NOT NULL,
    lo double precision NOT NULL,
    hi double precision NOT NULL,
    unit bigint NOT NULL,
    code bigint NOT NULL,
    rid bigint NOT NULL
);
CREATE INDEX records_quantity_order ON records_quantity (p, lo, hi, rid);

CREATE TABLE records_string (
    p bigint NOT NULL,
    rid bigint NOT NULL,
    s text COLLATE "C" NOT NULL
);
CREATE INDEX records_string_order ON records_string (p, s, rid);

-- A text may stand here twice when two writers met it at once: a unique index would make one of
-- them wait for the whole transaction of the other.
CREATE TABLE records_text (
    key bigint NOT NULL,
    s text COLLATE "C" NOT NULL
);
CREATE INDEX records_text_key ON records_text (key);
CREATE INDEX records_text_inside ON records_text USING gin (s gin_trgm_ops);

CREATE TABLE records_dictionary (
    type smallint NOT NULL,
    number smallint NOT NULL CONSTRAINT records_dictionary_byte CHECK (number BETWEEN 1 AND 255),
    content bytea NOT NULL,
    PRIMARY KEY (type, number)
);

CREATE TABLE records_common (
    number bigint PRIMARY KEY,
    share double precision NOT NULL
);
CREATE INDEX records_date_rid ON records_date (rid);
CREATE INDEX records_quantity_rid ON records_quantity (rid);
CREATE INDEX records_string_rid ON records_string (rid);

-- The app role owns no table, so these run as the owner; they read and change no record.
CREATE FUNCTION records_flush_search() RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog
AS $$ SELECT gin_clean_pending_list('public.records_key_h'::regclass) $$;

CREATE FUNCTION records_count_anew() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog
AS $$
DECLARE stale record; done integer := 0;
BEGIN
    FOR stale IN SELECT relname FROM pg_stat_user_tables
        WHERE schemaname = 'public' AND relname LIKE 'records\_%'
        AND n_mod_since_analyze > 1000 AND n_mod_since_analyze > n_live_tup / 5
    LOOP
        EXECUTE format('ANALYZE public.%I', stale.relname);
        done := done + 1;
    END LOOP;
    RETURN done;
END $$;
