/* Per table from which day to which it reaches, and the newest import that brought rows. */
SELECT
  'customers' AS table_name,
  MIN(valid_from) AS first_day,
  MAX(valid_from) AS last_day,
  MAX(import_no) AS newest
FROM customers
UNION ALL
SELECT
  'sales' AS table_name,
  MIN(date) AS first_day,
  MAX(date) AS last_day,
  MAX(import_no) AS newest
FROM sales
UNION ALL
SELECT
  'activities' AS table_name,
  MIN(date) AS first_day,
  MAX(date) AS last_day,
  MAX(import_no) AS newest
FROM activities
UNION ALL
SELECT
  'payments' AS table_name,
  MIN(invoice_date) AS first_day,
  MAX(invoice_date) AS last_day,
  MAX(import_no) AS newest
FROM payments
UNION ALL
SELECT
  'contracts' AS table_name,
  MIN(started_on) AS first_day,
  MAX(started_on) AS last_day,
  MAX(import_no) AS newest
FROM contracts
UNION ALL
SELECT
  'feedback' AS table_name,
  MIN(date) AS first_day,
  MAX(date) AS last_day,
  MAX(import_no) AS newest
FROM feedback
UNION ALL
SELECT
  'ratings' AS table_name,
  MIN(date) AS first_day,
  MAX(date) AS last_day,
  MAX(import_no) AS newest
FROM ratings
UNION ALL
SELECT
  'wallets' AS table_name,
  MIN(date) AS first_day,
  MAX(date) AS last_day,
  MAX(import_no) AS newest
FROM wallets
UNION ALL
SELECT
  'flags' AS table_name,
  MIN(date) AS first_day,
  MAX(date) AS last_day,
  MAX(import_no) AS newest
FROM flags
