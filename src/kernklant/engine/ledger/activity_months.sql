-- One row per customer, month and activity: what was done for him after the day $since, until the
-- as-of day. Untimed is how often neither minutes nor a cost are known; minutes below zero are not known.
WITH noted AS (
    SELECT
        customer,
        CAST(date_trunc('month', date) AS DATE) AS month,
        activity,
        CASE WHEN "count" IS NULL THEN 1 WHEN "count" < 0 THEN 0 ELSE "count" END AS times,
        CASE WHEN minutes >= 0 THEN minutes END AS worked,
        cost
    FROM activities
    WHERE date > $since AND date <= $as_of
)
SELECT
    customer,
    month,
    activity,
    CAST(sum(times) AS BIGINT) AS "count",
    CAST(sum(CASE WHEN worked IS NULL AND cost IS NULL THEN times ELSE 0 END) AS BIGINT) AS untimed,
    CAST(sum(coalesce(worked, 0)) AS DECIMAL(28, 6)) AS minutes
FROM noted
GROUP BY customer, month, activity
ORDER BY customer, month, activity
