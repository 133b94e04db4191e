/* One row per customer and activity: what was done for him after DATE '2023-02-28', until the as-of day. */
/* What has a known cost is charged at that cost, the rest by its minutes; untimed is what has */
/* neither. Minutes below zero stand for not known, a count below zero for none; what begins with */
/* fault_ is the part that our own error caused. */
WITH noted AS (
  SELECT
    customer,
    activity,
    CASE WHEN `count` IS NULL THEN 1 WHEN `count` < 0 THEN 0 ELSE `count` END AS times,
    CASE WHEN minutes >= 0 THEN minutes END AS worked,
    cost,
    COALESCE(our_fault, FALSE) AS ours
  FROM activities
  WHERE
    date > CAST('2023-02-28' AS DATE) AND date <= CAST('2024-02-29' AS DATE)
), parted AS (
  SELECT
    customer,
    activity,
    times,
    CASE WHEN cost IS NULL AND worked IS NULL THEN times ELSE 0 END AS untimed,
    CASE WHEN cost IS NULL THEN COALESCE(worked, 0) ELSE 0 END AS minutes,
    CASE WHEN cost IS NULL THEN 0 ELSE COALESCE(worked, 0) END AS costed_minutes,
    CASE WHEN NOT cost IS NULL THEN times ELSE 0 END AS costed,
    COALESCE(cost, 0) AS cost,
    ours
  FROM noted
)
SELECT
  customer,
  activity,
  CAST(SUM(times) AS BIGINT) AS `count`,
  CAST(SUM(untimed) AS BIGINT) AS untimed,
  CAST(SUM(minutes) AS DECIMAL(28, 6)) AS minutes,
  CAST(SUM(costed) AS BIGINT) AS costed,
  CAST(SUM(costed_minutes) AS DECIMAL(28, 6)) AS costed_minutes,
  CAST(SUM(cost) AS DECIMAL(18, 2)) AS cost,
  CAST(SUM(CASE WHEN ours THEN times ELSE 0 END) AS BIGINT) AS fault_count,
  CAST(SUM(CASE WHEN ours THEN untimed ELSE 0 END) AS BIGINT) AS fault_untimed,
  CAST(SUM(CASE WHEN ours THEN minutes ELSE 0 END) AS DECIMAL(28, 6)) AS fault_minutes,
  CAST(SUM(CASE WHEN ours THEN cost ELSE 0 END) AS DECIMAL(18, 2)) AS fault_cost
FROM parted
GROUP BY
  customer,
  activity
ORDER BY
  customer NULLS LAST,
  activity NULLS LAST
