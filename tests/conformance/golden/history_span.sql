/* First and last day with a sales line. */
SELECT
  MIN(date) AS first_day,
  MAX(date) AS last_day
FROM sales
WHERE
  date <= CAST('2024-02-29' AS DATE)
