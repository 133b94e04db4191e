/* How many sales lines lie after a day, and on which day the last of them. */
SELECT
  COUNT(*) AS lines,
  MAX(date) AS last_day
FROM sales
WHERE
  date > CAST('2023-11-30' AS DATE)
