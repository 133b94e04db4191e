/* The newest day of each table that goes on through time. */
SELECT
  'sales' AS table_name,
  MAX(date) AS newest
FROM sales
UNION ALL
SELECT
  'activities' AS table_name,
  MAX(date) AS newest
FROM activities
UNION ALL
SELECT
  'payments' AS table_name,
  MAX(invoice_date) AS newest
FROM payments
UNION ALL
SELECT
  'feedback' AS table_name,
  MAX(date) AS newest
FROM feedback
