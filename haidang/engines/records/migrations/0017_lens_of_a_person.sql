-- One person may be known under several record numbers, for as long as merges stand.
CREATE OR REPLACE FUNCTION records_passes(lens jsonb, row_rid bigint, row_type smallint, row_patient bigint)
RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE branches jsonb; branch jsonb; held bigint[] := '{}';
BEGIN
    branches := COALESCE(lens->'open'->(row_type::text), lens->'open'->'*', '[{}]');
    IF branches = '[]' THEN RETURN false; END IF;
    IF lens ? 'ceiling' OR branches <> '[{}]' THEN
        SELECT COALESCE(k.h, '{}') INTO held FROM public.records_key k WHERE k.rid = row_rid;
    END IF;
    IF lens ? 'ceiling' AND EXISTS (
        SELECT FROM public.records_label l WHERE l.type = row_type AND (
            held && l.very_restricted OR (lens->>'ceiling' = 'N' AND held && l.restricted))
    ) THEN RETURN false; END IF;
    FOR branch IN SELECT value FROM jsonb_array_elements(branches) LOOP
        CONTINUE WHEN branch ? 'people' AND row_patient IS NOT NULL
            AND NOT branch->'people' @> to_jsonb(row_patient);
        CONTINUE WHEN EXISTS (
            SELECT FROM jsonb_array_elements(branch->'all') AS clause
            WHERE NOT held && ARRAY(SELECT jsonb_array_elements_text(clause)::bigint));
        CONTINUE WHEN EXISTS (
            SELECT FROM jsonb_array_elements(branch->'none') AS clause
            WHERE held && ARRAY(SELECT jsonb_array_elements_text(clause)::bigint));
        RETURN true;
    END LOOP;
    RETURN false;
END $$;
