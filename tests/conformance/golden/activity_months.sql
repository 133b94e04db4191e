/* One row per customer, month and activity: what was done for him after the day DATE '2023-02-28', until the */
/* as-of day. Untimed is how often neither minutes nor a cost are known; minutes below zero are not known. */
WITH noted AS (
  SELECT
    customer,
    CAST(DATE_TRUNC('MONTH', date) AS DATE) AS month,
    activity,
    CASE WHEN `count` IS NULL THEN 1 WHEN `count` < 0 THEN 0 ELSE `count` END AS times,
    CASE WHEN minutes >= 0 THEN minutes END AS worked,
    cost
  FROM activities
  WHERE
    date > CAST('2023-02-28' AS DATE) AND date <= CAST('2024-02-29' AS DATE)
)
SELECT
  customer,
  month,
  activity,
  CAST(SUM(times) AS BIGINT) AS `count`,
  CAST(SUM(CASE WHEN worked IS NULL AND cost IS NULL THEN times ELSE 0 END) AS BIGINT) AS untimed,
  CAST(SUM(COALESCE(worked, 0)) AS DECIMAL(28, 6)) AS minutes
FROM noted
GROUP BY
  customer,
  month,
  activity
ORDER BY
  customer NULLS LAST,
  month NULLS LAST,
  activity NULLS LAST
