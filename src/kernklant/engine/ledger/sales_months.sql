-- One row per customer and month with sales lines after the day $since, until the as-of day.
-- A credit counts on its own day. The margin is null when a line of the month has no cost.
SELECT
    customer,
    CAST(date_trunc('month', date) AS DATE) AS month,
    CAST(sum(amount) AS DECIMAL(18, 2)) AS revenue,
    CAST(
        CASE WHEN count(cost) = count(*) THEN sum(amount) - sum(cost) END AS DECIMAL(18, 2)
    ) AS margin,
    CAST(count(DISTINCT document) AS BIGINT) AS documents
FROM sales
WHERE date > $since AND date <= $as_of
GROUP BY customer, CAST(date_trunc('month', date) AS DATE)
ORDER BY customer, month
