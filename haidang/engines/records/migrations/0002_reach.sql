-- The second lock: a record that belongs to a person is seen only within reach of that person.
-- Writing is decided by the services; what cannot be seen cannot be changed.
ALTER TABLE records_resource ENABLE ROW LEVEL SECURITY;
ALTER TABLE records_resource FORCE ROW LEVEL SECURITY;
ALTER TABLE records_history ENABLE ROW LEVEL SECURITY;
ALTER TABLE records_history FORCE ROW LEVEL SECURITY;

CREATE POLICY records_seen ON records_resource FOR SELECT USING (
    patient IS NULL
    OR (SELECT current_setting('haidang.reach', true) = 'all')
    OR patient = ANY ((SELECT COALESCE(NULLIF(current_setting('haidang.people', true), ''), '{}')::bigint[])::bigint[])
    OR EXISTS (
        SELECT FROM access_care_relation care
        WHERE care.patient = records_resource.patient
          AND care.org = ANY ((SELECT COALESCE(NULLIF(current_setting('haidang.orgs', true), ''), '{}')::text[])::text[])
          AND (care.until IS NULL OR care.until > now())
    )
);
CREATE POLICY records_written ON records_resource FOR INSERT WITH CHECK (true);
CREATE POLICY records_changed ON records_resource FOR UPDATE USING (true) WITH CHECK (true);

CREATE POLICY records_seen ON records_history FOR SELECT USING (
    patient IS NULL
    OR (SELECT current_setting('haidang.reach', true) = 'all')
    OR patient = ANY ((SELECT COALESCE(NULLIF(current_setting('haidang.people', true), ''), '{}')::bigint[])::bigint[])
    OR EXISTS (
        SELECT FROM access_care_relation care
        WHERE care.patient = records_history.patient
          AND care.org = ANY ((SELECT COALESCE(NULLIF(current_setting('haidang.orgs', true), ''), '{}')::text[])::text[])
          AND (care.until IS NULL OR care.until > now())
    )
);
CREATE POLICY records_written ON records_history FOR INSERT WITH CHECK (true);
