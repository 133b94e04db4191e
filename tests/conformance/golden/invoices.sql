/* Every invoice as it stands: of one that an import has open and another has paid, the paid row. */
/* As many open rows go as other imports have paid rows of the same name: the rule of payments.sql, */
/* word for word, since a text cannot include another. */
WITH named AS (
  SELECT
    *,
    COUNT(paid_date) OVER (PARTITION BY customer, document, invoice_date, amount) - COUNT(paid_date) OVER (PARTITION BY customer, document, invoice_date, amount, import_no) AS paid_elsewhere,
    ROW_NUMBER() OVER (
      PARTITION BY customer, document, invoice_date, amount, paid_date IS NULL
      ORDER BY row_key NULLS LAST
    ) AS nth
  FROM payments
)
SELECT
  customer,
  document,
  invoice_date,
  due_date,
  paid_date,
  amount,
  row_key
FROM named
WHERE
  NOT paid_date IS NULL OR nth > paid_elsewhere
ORDER BY
  customer NULLS LAST,
  row_key NULLS LAST
