/* One row per customer and month with sales lines after the day DATE '2023-02-28', until the as-of day. */
/* A credit counts on its own day. The margin is null when a line of the month has no cost. */
SELECT
  customer,
  CAST(DATE_TRUNC('MONTH', date) AS DATE) AS month,
  CAST(SUM(amount) AS DECIMAL(18, 2)) AS revenue,
  CAST(CASE WHEN COUNT(cost) = COUNT(*) THEN SUM(amount) - SUM(cost) END AS DECIMAL(18, 2)) AS margin,
  CAST(COUNT(DISTINCT document) AS BIGINT) AS documents
FROM sales
WHERE
  date > CAST('2023-02-28' AS DATE) AND date <= CAST('2024-02-29' AS DATE)
GROUP BY
  customer,
  CAST(DATE_TRUNC('MONTH', date) AS DATE)
ORDER BY
  customer NULLS LAST,
  month NULLS LAST
