/* Rows per table; of customers each counts once, however much was told of him. */
SELECT
  'customers' AS table_name,
  COUNT(DISTINCT customer) AS lines
FROM customers
UNION ALL
SELECT
  'sales' AS table_name,
  COUNT(*) AS lines
FROM sales
UNION ALL
SELECT
  'activities' AS table_name,
  COUNT(*) AS lines
FROM activities
UNION ALL
SELECT
  'payments' AS table_name,
  COUNT(*) AS lines
FROM payments
UNION ALL
SELECT
  'contracts' AS table_name,
  COUNT(*) AS lines
FROM contracts
UNION ALL
SELECT
  'feedback' AS table_name,
  COUNT(*) AS lines
FROM feedback
UNION ALL
SELECT
  'ratings' AS table_name,
  COUNT(*) AS lines
FROM ratings
UNION ALL
SELECT
  'wallets' AS table_name,
  COUNT(*) AS lines
FROM wallets
UNION ALL
SELECT
  'flags' AS table_name,
  COUNT(*) AS lines
FROM flags
