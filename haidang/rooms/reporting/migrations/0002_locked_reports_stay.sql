-- A locked report never changes, whoever writes: neither its row, nor its cells, nor their corrections.
CREATE FUNCTION reporting_refuse_locked() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog
AS $$
BEGIN
    IF OLD.state = 'locked' THEN
        RAISE EXCEPTION 'report % is locked', OLD.id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER reporting_report_locked BEFORE UPDATE OR DELETE ON reporting_report
FOR EACH ROW EXECUTE FUNCTION reporting_refuse_locked();

CREATE FUNCTION reporting_refuse_locked_part() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog
AS $$
DECLARE wanted bigint := CASE WHEN TG_OP = 'DELETE' THEN OLD.report_id ELSE NEW.report_id END;
BEGIN
    IF EXISTS (SELECT 1 FROM public.reporting_report WHERE state = 'locked'
        AND (id = wanted OR (TG_OP = 'UPDATE' AND id = OLD.report_id))) THEN
        RAISE EXCEPTION 'report % is locked', wanted USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER reporting_value_locked BEFORE INSERT OR UPDATE OR DELETE ON reporting_value
FOR EACH ROW EXECUTE FUNCTION reporting_refuse_locked_part();
CREATE TRIGGER reporting_correction_locked BEFORE INSERT OR UPDATE OR DELETE ON reporting_correction
FOR EACH ROW EXECUTE FUNCTION reporting_refuse_locked_part();
