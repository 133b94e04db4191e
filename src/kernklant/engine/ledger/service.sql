-- One row per customer and activity: what was done for him after $year_start, until the as-of day.
-- What has a known cost is charged at that cost, the rest by its minutes; untimed is what has
-- neither. Minutes below zero stand for not known, a count below zero for none; what begins with
-- fault_ is the part that our own error caused.
WITH noted AS (
    SELECT
        customer,
        activity,
        CASE WHEN "count" IS NULL THEN 1 WHEN "count" < 0 THEN 0 ELSE "count" END AS times,
        CASE WHEN minutes >= 0 THEN minutes END AS worked,
        cost,
        coalesce(our_fault, FALSE) AS ours
    FROM activities
    WHERE date > $year_start AND date <= $as_of
), parted AS (
    SELECT
        customer,
        activity,
        times,
        CASE WHEN cost IS NULL AND worked IS NULL THEN times ELSE 0 END AS untimed,
        CASE WHEN cost IS NULL THEN coalesce(worked, 0) ELSE 0 END AS minutes,
        CASE WHEN cost IS NULL THEN 0 ELSE coalesce(worked, 0) END AS costed_minutes,
        CASE WHEN cost IS NOT NULL THEN times ELSE 0 END AS costed,
        coalesce(cost, 0) AS cost,
        ours
    FROM noted
)
SELECT
    customer,
    activity,
    CAST(sum(times) AS BIGINT) AS "count",
    CAST(sum(untimed) AS BIGINT) AS untimed,
    CAST(sum(minutes) AS DECIMAL(28, 6)) AS minutes,
    CAST(sum(costed) AS BIGINT) AS costed,
    CAST(sum(costed_minutes) AS DECIMAL(28, 6)) AS costed_minutes,
    CAST(sum(cost) AS DECIMAL(18, 2)) AS cost,
    CAST(sum(CASE WHEN ours THEN times ELSE 0 END) AS BIGINT) AS fault_count,
    CAST(sum(CASE WHEN ours THEN untimed ELSE 0 END) AS BIGINT) AS fault_untimed,
    CAST(sum(CASE WHEN ours THEN minutes ELSE 0 END) AS DECIMAL(28, 6)) AS fault_minutes,
    CAST(sum(CASE WHEN ours THEN cost ELSE 0 END) AS DECIMAL(18, 2)) AS fault_cost
FROM parted
GROUP BY customer, activity
ORDER BY customer, activity
