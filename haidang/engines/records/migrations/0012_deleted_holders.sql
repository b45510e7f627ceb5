-- Of a record that was deleted, the labels are not known any more. A lens that asks for labels, or for anything
-- else that is found by numbers, closes the files it held, as it closes those of a record with such a label.
CREATE FUNCTION records_passes_unknown(lens jsonb, row_type smallint, row_patient bigint)
RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT NOT lens ? 'ceiling' AND EXISTS (
        SELECT FROM jsonb_array_elements(
            COALESCE(lens->'open'->(row_type::text), lens->'open'->'*', '[{}]')) AS branch
        WHERE NOT branch ?| '{all,none}' AND (
            NOT branch ? 'people' OR row_patient IS NULL OR branch->'people' = jsonb_build_array(row_patient)))
$$;
CREATE OR REPLACE FUNCTION records_file_seen(row_rid bigint, past boolean)
RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT NOT EXISTS (SELECT FROM public.records_attached a WHERE a.rid = row_rid)
        OR (EXISTS (SELECT FROM public.records_attached a WHERE a.rid = row_rid
                    AND (SELECT NOT r.deleted OR COALESCE(public.records_passes_unknown(
                             NULLIF(current_setting('haidang.lens', true), '')::jsonb, r.type, r.patient), true)
                         FROM public.records_resource r WHERE r.rid = a.holder))
            AND NOT public.records_file_barred(COALESCE(current_setting('haidang.asker', true), ''), row_rid, past))
$$;
