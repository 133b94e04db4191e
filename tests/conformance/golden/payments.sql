/* One row per customer and way of paying: how many invoices until the as-of day, and how much. */
/* period: due in the last 90 days (1), in the 180 days before (2), earlier in the year (3), 0 for */
/* what tells nothing of payment behaviour now: due longer ago, due today or later, without terms, */
/* or a credit. days: beyond terms until paid, or for an open one until now, 0 when not late; null */
/* without terms. Of what is in period 0 only the days of open invoices are told, and of credits */
/* only the open ones. */
/* An invoice that one import has open and another has paid, is paid: as many open rows go as other */
/* imports have paid rows of the same name. */
WITH named AS (
  SELECT
    *,
    COUNT(paid_date) OVER (PARTITION BY customer, document, invoice_date, amount) - COUNT(paid_date) OVER (PARTITION BY customer, document, invoice_date, amount, import_no) AS paid_elsewhere,
    ROW_NUMBER() OVER (
      PARTITION BY customer, document, invoice_date, amount, paid_date IS NULL
      ORDER BY row_key NULLS LAST
    ) AS nth
  FROM payments
), invoices AS (
  SELECT
    customer,
    invoice_date,
    CASE WHEN due_date < invoice_date THEN invoice_date ELSE due_date END AS due, /* nobody is late before he has the invoice */
    CASE
      WHEN paid_date <= CAST('2024-02-29' AS DATE)
      THEN paid_date
      ELSE CAST('2024-02-29' AS DATE)
    END AS until,
    CASE WHEN paid_date <= CAST('2024-02-29' AS DATE) THEN FALSE ELSE TRUE END AS unpaid,
    CASE WHEN amount > 0 THEN FALSE ELSE TRUE END AS credit,
    amount
  FROM named
  WHERE
    invoice_date <= CAST('2024-02-29' AS DATE)
    AND (
      NOT paid_date IS NULL OR nth > paid_elsewhere
    )
), placed AS (
  SELECT
    customer,
    credit,
    unpaid,
    amount,
    CASE
      WHEN credit
      OR due IS NULL
      OR due >= CAST('2024-02-29' AS DATE)
      OR due <= CAST('2023-02-28' AS DATE)
      THEN 0
      WHEN due > CAST('2023-12-01' AS DATE)
      THEN 1
      WHEN due > CAST('2023-06-04' AS DATE)
      THEN 2
      ELSE 3
    END AS period,
    CASE
      WHEN credit
      THEN 0
      WHEN due IS NULL
      THEN CASE WHEN unpaid OR invoice_date > CAST('2023-02-28' AS DATE) THEN NULL ELSE 0 END
      WHEN due >= until OR (
        due <= CAST('2023-02-28' AS DATE) AND NOT unpaid
      )
      THEN 0
      ELSE DATEDIFF(DAY, due, until)
    END AS days
  FROM invoices
  WHERE
    unpaid OR NOT credit
)
SELECT
  customer,
  credit,
  CAST(period AS INT) AS period,
  CAST(days AS INT) AS days,
  unpaid,
  CAST(COUNT(*) AS BIGINT) AS invoices,
  CAST(SUM(amount) AS DECIMAL(18, 2)) AS amount
FROM placed
GROUP BY
  customer,
  credit,
  period,
  days,
  unpaid
