-- What a person forbids, told so that the planner may share the work out and count on an index: whether
-- anybody denies at all is asked of `access_denial_org`, by probes or by one hash, as the rows are few or many.
-- A deleted record has no labels any more; like a replaced version, a denial by label closes it.
CREATE OR REPLACE FUNCTION records_barred(asker text, row_rid bigint, row_type smallint, row_patient bigint, past boolean)
RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT EXISTS (
        SELECT FROM public.access_denial d
        WHERE d.patient = row_patient AND d.org IN (asker, '*') AND NOT asker = ANY (d.but)
          AND (d.since IS NULL OR d.since <= now()) AND (d.until IS NULL OR d.until > now())
          AND (d.types IS NULL OR row_type = ANY (d.types))
          AND (d.labels IS NULL OR past OR EXISTS (
              SELECT FROM public.records_key k
              WHERE k.rid = row_rid AND (NOT k.live OR k.h && d.labels))))
$$;
ALTER FUNCTION records_passes(jsonb, bigint, smallint, bigint) PARALLEL SAFE;

ALTER POLICY records_not_denied ON records_resource USING (
    (SELECT COALESCE(current_setting('haidang.asker', true), '') = '')
    OR patient IS NULL
    OR NOT EXISTS (
        SELECT FROM access_denial d WHERE d.patient = records_resource.patient
          AND d.org IN ((SELECT current_setting('haidang.asker', true)), '*'))
    OR NOT records_barred((SELECT current_setting('haidang.asker', true)), rid, type, patient, false)
);
ALTER POLICY records_not_denied ON records_history USING (
    (SELECT COALESCE(current_setting('haidang.asker', true), '') = '')
    OR patient IS NULL
    OR NOT EXISTS (
        SELECT FROM access_denial d WHERE d.patient = records_history.patient
          AND d.org IN ((SELECT current_setting('haidang.asker', true)), '*'))
    OR NOT records_barred((SELECT current_setting('haidang.asker', true)), rid, type, patient, true)
);

-- A file (Binary, type 9) says of nobody that it is theirs; whoever holds it does (records_attached, see
-- attachments.py). It is seen with one of its holders, and never when one of them, or the files of that
-- person, are denied to the asker. Each holder is looked up by itself, under the policies: no join may walk all
-- records, for their files would ask in turn. No holder is a file, so it ends.
CREATE FUNCTION records_file_barred(asker text, row_rid bigint, past boolean)
RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT asker <> '' AND EXISTS (
        SELECT FROM public.records_attached a JOIN public.records_key k ON k.rid = a.holder
        WHERE a.rid = row_rid AND (
            public.records_barred(asker, a.holder, k.type, a.patient, false)
            OR public.records_barred(asker, row_rid, 9::smallint, a.patient, past)))
$$;
CREATE FUNCTION records_file_seen(row_rid bigint, past boolean)
RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT NOT EXISTS (SELECT FROM public.records_attached a WHERE a.rid = row_rid)
        OR (EXISTS (SELECT FROM public.records_attached a WHERE a.rid = row_rid
                    AND (SELECT true FROM public.records_resource r WHERE r.rid = a.holder))
            AND NOT public.records_file_barred(COALESCE(current_setting('haidang.asker', true), ''), row_rid, past))
$$;
CREATE POLICY records_with_holder ON records_resource AS RESTRICTIVE FOR SELECT USING (
    type <> 9 OR records_file_seen(rid, false)
);
CREATE POLICY records_with_holder ON records_history AS RESTRICTIVE FOR SELECT USING (
    type <> 9 OR records_file_seen(rid, true)
);

-- All that is closed to an organisation, for whoever has everything else in reach: then a count needs no
-- look at each record, and where nobody denies it is nothing. What is closed can only be read as nobody;
-- the rows are all there before the asker is put back, and an error puts it back by itself.
CREATE FUNCTION records_closed(asker text) RETURNS SETOF bigint LANGUAGE plpgsql STABLE STRICT AS $$
DECLARE denying bigint[];
BEGIN
    denying := ARRAY(
        SELECT DISTINCT d.patient FROM public.access_denial d
        WHERE d.org IN (asker, '*') AND NOT asker = ANY (d.but));
    IF denying = '{}' THEN RETURN; END IF;
    PERFORM set_config('haidang.asker', '', true);
    RETURN QUERY
        SELECT r.rid FROM public.access_denial d JOIN public.records_resource r ON r.patient = d.patient
        WHERE d.org IN (asker, '*') AND NOT asker = ANY (d.but)
          AND (d.since IS NULL OR d.since <= now()) AND (d.until IS NULL OR d.until > now())
          AND (d.types IS NULL OR r.type = ANY (d.types))
          AND (d.labels IS NULL OR EXISTS (
              SELECT FROM public.records_key k WHERE k.rid = r.rid AND (NOT k.live OR k.h && d.labels)))
        UNION
        SELECT a.rid FROM public.records_attached a
        WHERE a.patient = ANY (denying) AND public.records_file_barred(asker, a.rid, false);
    PERFORM set_config('haidang.asker', asker, true);
END $$;
