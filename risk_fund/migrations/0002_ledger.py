"""The one way into the books: `ledger_post`, and the triggers that hold for whoever writes, the owner included.

Refusals carry their own codes, read by `services.ledger`:
LG001 the key was used for other inputs, LG002 the month is closed, LG003 an account would fall below nought,
LG004 the entry is misshapen, LG005 an account does not belong there, LG006 a reversal does not mirror its entry.

The checks begin at the rows that came in and fetch the others by their keys (LATERAL): their plans are kept by the
session, and a plan made while the books were small must not read all of them when they are large.
"""

from django.db import migrations

# An entry's shape, number and month, checked once a statement, when its postings are already there.
ENTRIES_ADDED = """
CREATE FUNCTION ledger_entries_added() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    wrong record;
BEGIN
    SELECT e.id, e.effective_date INTO wrong FROM added e JOIN risk_fund_period p ON p.fund_id = e.fund_id
        AND p.state = 'CLOSED' AND (p.year, p.month) >=
            (extract(year FROM e.effective_date), extract(month FROM e.effective_date)) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'the month of % is closed', wrong.effective_date
            USING ERRCODE = 'LG002', DETAIL = jsonb_build_object('date', wrong.effective_date);
    END IF;
    SELECT e.id INTO wrong FROM added e,
        LATERAL (SELECT count(*) AS lines, sum(p.amount_fen) AS total
                 FROM risk_fund_posting p WHERE p.entry_id = e.id) s
        WHERE (s.lines, s.total) IS DISTINCT FROM (e.lines, e.total_fen) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'entry % lacks the postings it states', wrong.id USING ERRCODE = 'LG004';
    END IF;
    SELECT e.id INTO wrong FROM added e WHERE e.number > 1 AND NOT EXISTS (
        SELECT 1 FROM risk_fund_journalentry b WHERE b.fund_id = e.fund_id AND b.book = e.book
            AND b.fiscal_year = e.fiscal_year AND b.number = e.number - 1) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'entry % leaves a gap in the numbers', wrong.id USING ERRCODE = 'LG004';
    END IF;
    IF EXISTS (SELECT 1 FROM added WHERE reverses_id IS NOT NULL) THEN
        SELECT e.id INTO wrong FROM added e,
            LATERAL (SELECT p.debit_account_id AS account, p.debit_unit AS unit, p.amount_fen AS amount
                     FROM risk_fund_posting p WHERE p.entry_id IN (e.id, e.reverses_id)
                     UNION ALL
                     SELECT p.credit_account_id, p.credit_unit, -p.amount_fen
                     FROM risk_fund_posting p WHERE p.entry_id IN (e.id, e.reverses_id)) leg
            WHERE e.reverses_id IS NOT NULL GROUP BY e.id, leg.account, leg.unit HAVING sum(leg.amount) <> 0 LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'entry % does not mirror what it reverses', wrong.id USING ERRCODE = 'LG006';
        END IF;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_entries_added AFTER INSERT ON risk_fund_journalentry
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger_entries_added();
"""

# Postings stay within their entry's book and stated lines; the balances follow, and may not fall below nought.
POSTINGS_ADDED = """
CREATE FUNCTION ledger_postings_added() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    wrong record;
BEGIN
    SELECT p.id INTO wrong FROM added p
        CROSS JOIN LATERAL (SELECT * FROM risk_fund_journalentry WHERE id = p.entry_id OFFSET 0) e
        JOIN risk_fund_account d ON d.id = p.debit_account_id
        JOIN risk_fund_account c ON c.id = p.credit_account_id
        WHERE (d.fund_id, d.book) <> (e.fund_id, e.book) OR (c.fund_id, c.book) <> (e.fund_id, e.book)
            OR d.is_header OR c.is_header
            OR (d.dimension = '') <> (p.debit_unit = '') OR (c.dimension = '') <> (p.credit_unit = '') LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'posting % names an account that does not belong there', wrong.id USING ERRCODE = 'LG005';
    END IF;
    SELECT e.id INTO wrong FROM (SELECT DISTINCT entry_id FROM added) touched,
        LATERAL (SELECT id, lines, total_fen FROM risk_fund_journalentry WHERE id = touched.entry_id OFFSET 0) e,
        LATERAL (SELECT count(*) AS lines, sum(p.amount_fen) AS total
                 FROM risk_fund_posting p WHERE p.entry_id = touched.entry_id) s
        WHERE (s.lines, s.total) <> (e.lines, e.total_fen) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'entry % has other postings than it states', wrong.id USING ERRCODE = 'LG004';
    END IF;
    INSERT INTO risk_fund_accountbalance AS b (account_id, unit, debit_fen, credit_fen)
        SELECT leg.account, leg.unit, sum(leg.debit), sum(leg.credit) FROM (
            SELECT debit_account_id AS account, debit_unit AS unit, amount_fen AS debit, 0 AS credit FROM added
            UNION ALL
            SELECT credit_account_id, credit_unit, 0, amount_fen FROM added) leg
        GROUP BY leg.account, leg.unit ORDER BY leg.account, leg.unit  -- locks in one order
        ON CONFLICT (account_id, unit) DO UPDATE
            SET debit_fen = b.debit_fen + excluded.debit_fen, credit_fen = b.credit_fen + excluded.credit_fen;
    SELECT a.code, a.name, b.unit, (b.debit_fen - b.credit_fen) * CASE a.side WHEN 'debit' THEN 1 ELSE -1 END AS left_fen
        INTO wrong FROM (SELECT debit_account_id, debit_unit FROM added
                         UNION SELECT credit_account_id, credit_unit FROM added) touched (account_id, unit),
            LATERAL (SELECT * FROM risk_fund_accountbalance k
                     WHERE (k.account_id, k.unit) = (touched.account_id, touched.unit) OFFSET 0) b
            JOIN risk_fund_account a ON a.id = b.account_id
        WHERE NOT a.may_go_negative
            AND (b.debit_fen - b.credit_fen) * CASE a.side WHEN 'debit' THEN 1 ELSE -1 END < 0
        ORDER BY a.code, b.unit LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'account % would fall below nought', wrong.code USING ERRCODE = 'LG003', DETAIL =
            jsonb_build_object('code', wrong.code, 'name', wrong.name, 'unit', wrong.unit, 'missing_fen', -wrong.left_fen);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_postings_added AFTER INSERT ON risk_fund_posting
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger_postings_added();
"""

# One event in one round trip. The fund's row is the turn: whoever holds it numbers without gaps and reads limits that
# hold. Retried with the same inputs the event answers with the entries of the first time.
POST = """
CREATE FUNCTION ledger_post(event jsonb) RETURNS SETOF risk_fund_journalentry LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    the_fund bigint := (event->>'fund')::bigint;
    the_key text := event->>'idempotency_key';
    the_year int := extract(year FROM (event->>'effective_date')::date);
    the_digest text := encode(sha256(convert_to((event - 'event_id' - 'booked_at')::text, 'UTF8')), 'hex');
    known text;
BEGIN
    PERFORM 1 FROM risk_fund_fund WHERE id = the_fund FOR NO KEY UPDATE;
    SELECT e.digest INTO known FROM risk_fund_journalentry e
        WHERE e.fund_id = the_fund AND e.idempotency_key = the_key LIMIT 1;
    IF FOUND THEN
        IF known <> the_digest THEN
            RAISE EXCEPTION 'the key % was used for other inputs', the_key USING ERRCODE = 'LG001';
        END IF;
    ELSE
        WITH draft AS MATERIALIZED (
            SELECT d.body, d.part, d.body->>'book' AS book
            FROM jsonb_array_elements(event->'drafts') WITH ORDINALITY AS d(body, part)
        ), entry AS (
            INSERT INTO risk_fund_journalentry (
                event_id, part, fund_id, book, fiscal_year, number, kind, memo, effective_date, booked_at, maker_id,
                checker_id, subject, reverses_id, idempotency_key, digest, lines, total_fen)
            SELECT (event->>'event_id')::uuid, d.part, the_fund, d.book, the_year,
                coalesce((SELECT max(e.number) FROM risk_fund_journalentry e WHERE e.fund_id = the_fund
                          AND e.book = d.book AND e.fiscal_year = the_year), 0)
                    + row_number() OVER (PARTITION BY d.book ORDER BY d.part),
                d.body->>'kind', d.body->>'memo', (event->>'effective_date')::date, (event->>'booked_at')::timestamptz,
                (event->>'maker')::bigint, (event->>'checker')::bigint, event->>'subject',
                (d.body->>'reverses')::bigint, the_key, the_digest, jsonb_array_length(d.body->'postings'),
                (SELECT sum((p->>4)::bigint) FROM jsonb_array_elements(d.body->'postings') p)
            FROM draft d ORDER BY d.part RETURNING id, part
        )
        INSERT INTO risk_fund_posting (
            entry_id, line, debit_account_id, debit_unit, credit_account_id, credit_unit, amount_fen)
        SELECT entry.id, p.line, dr.id, p.body->>1, cr.id, p.body->>3, (p.body->>4)::bigint
        FROM entry JOIN draft USING (part),
            jsonb_array_elements(draft.body->'postings') WITH ORDINALITY AS p(body, line)
            LEFT JOIN risk_fund_account dr ON dr.fund_id = the_fund AND dr.code = p.body->>0
            LEFT JOIN risk_fund_account cr ON cr.fund_id = the_fund AND cr.code = p.body->>2
        ORDER BY entry.id, p.line;
    END IF;
    RETURN QUERY SELECT e.* FROM risk_fund_journalentry e
        WHERE e.fund_id = the_fund AND e.idempotency_key = the_key ORDER BY e.part;
END $$;
"""

NO_POST = """
DROP FUNCTION ledger_post;
DROP TRIGGER ledger_postings_added ON risk_fund_posting;
DROP FUNCTION ledger_postings_added;
DROP TRIGGER ledger_entries_added ON risk_fund_journalentry;
DROP FUNCTION ledger_entries_added;
"""


class Migration(migrations.Migration):
    dependencies = [("risk_fund", "0001_initial")]
    operations = [migrations.RunSQL(ENTRIES_ADDED + POSTINGS_ADDED + POST, NO_POST)]
