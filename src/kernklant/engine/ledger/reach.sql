-- Per table from which day to which it reaches, and the newest import that brought rows.
SELECT 'customers' AS table_name, min(valid_from) AS first_day, max(valid_from) AS last_day,
    max(import_no) AS newest FROM customers
UNION ALL
SELECT 'sales' AS table_name, min(date) AS first_day, max(date) AS last_day,
    max(import_no) AS newest FROM sales
UNION ALL
SELECT 'activities' AS table_name, min(date) AS first_day, max(date) AS last_day,
    max(import_no) AS newest FROM activities
UNION ALL
SELECT 'payments' AS table_name, min(invoice_date) AS first_day, max(invoice_date) AS last_day,
    max(import_no) AS newest FROM payments
UNION ALL
SELECT 'contracts' AS table_name, min(started_on) AS first_day, max(started_on) AS last_day,
    max(import_no) AS newest FROM contracts
UNION ALL
SELECT 'feedback' AS table_name, min(date) AS first_day, max(date) AS last_day,
    max(import_no) AS newest FROM feedback
UNION ALL
SELECT 'ratings' AS table_name, min(date) AS first_day, max(date) AS last_day,
    max(import_no) AS newest FROM ratings
UNION ALL
SELECT 'wallets' AS table_name, min(date) AS first_day, max(date) AS last_day,
    max(import_no) AS newest FROM wallets
UNION ALL
SELECT 'flags' AS table_name, min(date) AS first_day, max(date) AS last_day,
    max(import_no) AS newest FROM flags
