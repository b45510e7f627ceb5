-- What a person forbids the asking organisation (access_denial). Asked only of the few rows of people
-- who forbid it something; of a version that was replaced, the labels are not known any more, so
-- a denial by label closes it.
CREATE FUNCTION records_barred(asker text, row_rid bigint, row_type smallint, row_patient bigint, past boolean)
RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM public.access_denial d
        WHERE d.patient = row_patient AND d.org IN (asker, '*') AND NOT asker = ANY (d.but)
          AND (d.since IS NULL OR d.since <= now()) AND (d.until IS NULL OR d.until > now())
          AND (d.types IS NULL OR row_type = ANY (d.types))
          AND (d.labels IS NULL OR past OR EXISTS (
              SELECT FROM public.records_key k WHERE k.rid = row_rid AND k.h && d.labels)))
$$;

CREATE POLICY records_not_denied ON records_resource AS RESTRICTIVE FOR SELECT USING (
    (SELECT COALESCE(current_setting('haidang.asker', true), '') = '')
    OR patient IS NULL
    OR NOT patient = ANY ((SELECT ARRAY(
        SELECT patient FROM access_denial WHERE org IN (current_setting('haidang.asker', true), '*')))::bigint[])
    OR NOT records_barred((SELECT current_setting('haidang.asker', true)), rid, type, patient, false)
);
CREATE POLICY records_not_denied ON records_history AS RESTRICTIVE FOR SELECT USING (
    (SELECT COALESCE(current_setting('haidang.asker', true), '') = '')
    OR patient IS NULL
    OR NOT patient = ANY ((SELECT ARRAY(
        SELECT patient FROM access_denial WHERE org IN (current_setting('haidang.asker', true), '*')))::bigint[])
    OR NOT records_barred((SELECT current_setting('haidang.asker', true)), rid, type, patient, true)
);
