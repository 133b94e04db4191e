/* What happened with each customer, newest first: whole days, until there are 10 events. */
/* Only what was known on the as-of day counts, and of that what happened before the day DATE '2023-11-30'. */
/* Lines of a document are one event, and so are equal activities of a day. An invoice is late on */
/* the day it was paid too late, or from the day after it was due when it is open still. */
WITH events AS (
  SELECT
    customer,
    date,
    CASE WHEN SUM(amount) < 0 THEN 'credit' ELSE 'order' END AS kind,
    document AS what,
    CAST(NULL AS STRING) AS told,
    CAST(SUM(amount) AS DECIMAL(18, 2)) AS amount,
    CAST(COUNT(*) AS BIGINT) AS times,
    CAST(NULL AS DECIMAL(28, 6)) AS minutes,
    CAST(NULL AS BIGINT) AS days_late,
    CAST(NULL AS DECIMAL(18, 6)) AS score
  FROM sales
  WHERE
    date <= CAST('2024-02-29' AS DATE) AND date < CAST('2023-11-30' AS DATE)
  GROUP BY
    customer,
    date,
    document
  UNION ALL
  SELECT
    customer,
    date,
    'activity',
    activity,
    CASE WHEN our_fault THEN 'our_fault' END,
    CAST(SUM(cost) AS DECIMAL(18, 2)),
    CAST(SUM(CASE WHEN `count` IS NULL THEN 1 WHEN `count` < 0 THEN 0 ELSE `count` END) AS BIGINT),
    CAST(SUM(CASE WHEN minutes >= 0 THEN minutes END) AS DECIMAL(28, 6)),
    NULL,
    NULL
  FROM activities
  WHERE
    date <= CAST('2024-02-29' AS DATE) AND date < CAST('2023-11-30' AS DATE)
  GROUP BY
    customer,
    date,
    activity,
    CASE WHEN our_fault THEN 'our_fault' END
  UNION ALL
  SELECT
    customer,
    paid_date,
    'late',
    document,
    'paid',
    amount,
    NULL,
    NULL,
    CAST(DATEDIFF(DAY, due_date, paid_date) AS BIGINT),
    NULL
  FROM payments
  WHERE
    paid_date > due_date
    AND amount > 0
    AND paid_date <= CAST('2024-02-29' AS DATE)
    AND paid_date < CAST('2023-11-30' AS DATE)
  UNION ALL
  SELECT
    customer,
    CAST(due_date + INTERVAL '1' DAY AS DATE),
    'late',
    document,
    'open',
    amount,
    NULL,
    NULL,
    CAST(DATEDIFF(DAY, due_date, CAST('2024-02-29' AS DATE)) AS BIGINT),
    NULL
  FROM payments
  WHERE
    (
      paid_date IS NULL OR paid_date > CAST('2024-02-29' AS DATE)
    )
    AND amount > 0
    AND invoice_date <= CAST('2024-02-29' AS DATE)
    AND due_date < CAST('2024-02-29' AS DATE)
    AND CAST(due_date + INTERVAL '1' DAY AS DATE) < CAST('2023-11-30' AS DATE)
  UNION ALL
  SELECT
    customer,
    date,
    'feedback',
    question,
    `comment`,
    NULL,
    NULL,
    NULL,
    NULL,
    CAST(score AS DECIMAL(18, 6))
  FROM feedback
  WHERE
    date <= CAST('2024-02-29' AS DATE) AND date < CAST('2023-11-30' AS DATE)
  UNION ALL
  SELECT
    customer,
    started_on,
    'contract',
    contract,
    product,
    amount,
    NULL,
    NULL,
    NULL,
    NULL
  FROM contracts
  WHERE
    started_on <= CAST('2024-02-29' AS DATE)
    AND started_on < CAST('2023-11-30' AS DATE)
  UNION ALL
  SELECT
    customer,
    cancelled_on,
    'cancelled',
    contract,
    reason,
    amount,
    NULL,
    NULL,
    NULL,
    NULL
  FROM contracts
  WHERE
    cancelled_on <= CAST('2024-02-29' AS DATE)
    AND cancelled_on < CAST('2023-11-30' AS DATE)
), placed AS (
  SELECT
    *,
    RANK() OVER (PARTITION BY customer ORDER BY date DESC) AS place
  FROM events
)
SELECT
  customer,
  date,
  kind,
  what,
  told,
  amount,
  times,
  minutes,
  days_late,
  score
FROM placed
WHERE
  place <= 10
ORDER BY
  customer NULLS LAST,
  date DESC,
  kind NULLS LAST,
  what NULLS LAST,
  told NULLS LAST,
  amount NULLS LAST,
  times NULLS LAST,
  minutes NULLS LAST,
  days_late NULLS LAST,
  score NULLS LAST
