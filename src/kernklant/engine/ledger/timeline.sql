-- What happened with each customer, newest first: whole days, until there are $most events.
-- Only what was known on the as-of day counts, and of that what happened before the day $before.
-- Lines of a document are one event, and so are equal activities of a day. An invoice is late on
-- the day it was paid too late, or from the day after it was due when it is open still.
WITH events AS (
    SELECT
        customer,
        date,
        CASE WHEN sum(amount) < 0 THEN 'credit' ELSE 'order' END AS kind,
        document AS what,
        CAST(NULL AS VARCHAR) AS told,
        CAST(sum(amount) AS DECIMAL(18, 2)) AS amount,
        CAST(count(*) AS BIGINT) AS times,
        CAST(NULL AS DECIMAL(28, 6)) AS minutes,
        CAST(NULL AS BIGINT) AS days_late,
        CAST(NULL AS DECIMAL(18, 6)) AS score
    FROM sales
    WHERE date <= $as_of AND date < $before
    GROUP BY customer, date, document
    UNION ALL
    SELECT
        customer,
        date,
        'activity',
        activity,
        CASE WHEN our_fault THEN 'our_fault' END,
        CAST(sum(cost) AS DECIMAL(18, 2)),
        CAST(
            sum(CASE WHEN "count" IS NULL THEN 1 WHEN "count" < 0 THEN 0 ELSE "count" END) AS BIGINT
        ),
        CAST(sum(CASE WHEN minutes >= 0 THEN minutes END) AS DECIMAL(28, 6)),
        NULL,
        NULL
    FROM activities
    WHERE date <= $as_of AND date < $before
    GROUP BY customer, date, activity, CASE WHEN our_fault THEN 'our_fault' END
    UNION ALL
    SELECT
        customer, paid_date, 'late', document, 'paid', amount, NULL, NULL,
        CAST(date_diff('day', due_date, paid_date) AS BIGINT), NULL
    FROM payments
    WHERE paid_date > due_date AND amount > 0 AND paid_date <= $as_of AND paid_date < $before
    UNION ALL
    SELECT
        customer, CAST(due_date + INTERVAL 1 DAY AS DATE), 'late', document, 'open', amount, NULL,
        NULL, CAST(date_diff('day', due_date, $as_of) AS BIGINT), NULL
    FROM payments
    WHERE
        (paid_date IS NULL OR paid_date > $as_of)
        AND amount > 0
        AND invoice_date <= $as_of
        AND due_date < $as_of
        AND CAST(due_date + INTERVAL 1 DAY AS DATE) < $before
    UNION ALL
    SELECT
        customer, date, 'feedback', question, "comment", NULL, NULL, NULL, NULL,
        CAST(score AS DECIMAL(18, 6))
    FROM feedback
    WHERE date <= $as_of AND date < $before
    UNION ALL
    SELECT customer, started_on, 'contract', contract, product, amount, NULL, NULL, NULL, NULL
    FROM contracts
    WHERE started_on <= $as_of AND started_on < $before
    UNION ALL
    SELECT customer, cancelled_on, 'cancelled', contract, reason, amount, NULL, NULL, NULL, NULL
    FROM contracts
    WHERE cancelled_on <= $as_of AND cancelled_on < $before
), placed AS (
    SELECT *, rank() OVER (PARTITION BY customer ORDER BY date DESC) AS place FROM events
)
SELECT customer, date, kind, what, told, amount, times, minutes, days_late, score
FROM placed
WHERE place <= $most
ORDER BY customer, date DESC, kind, what, told, amount, times, minutes, days_late, score
