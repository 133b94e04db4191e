-- One row per customer with a sales line until the as-of day: counts, days and sums of money.
-- What was known at the cut stands beside it in the columns _cal; what came after in _holdout.
WITH
-- with placed.sql
, days AS (
    SELECT
        customer,
        day,
        count(*) AS lines,
        CAST(sum(amount) AS DECIMAL(18, 2)) AS net,
        -- of credits on a day before the cut, written after it
        CAST(coalesce(sum(CASE WHEN day <= $cut AND date > $cut THEN amount END), 0) AS DECIMAL(18, 2)) AS late,
        CAST(sum(CASE WHEN cost IS NOT NULL THEN amount END) AS DECIMAL(18, 2)) AS costed,
        CAST(sum(cost) AS DECIMAL(18, 2)) AS cost
    FROM placed
    GROUP BY customer, day
), marked AS (
    SELECT
        customer,
        lines,
        net,
        costed,
        cost,
        CASE WHEN day > $year_start THEN net END AS net_12m,
        CASE WHEN day > $year_start THEN costed END AS costed_12m,
        CASE WHEN day > $year_start THEN cost END AS cost_12m,
        CASE WHEN net > 0 THEN day END AS bought_on,
        CASE WHEN net > 0 THEN net END AS bought,
        CASE WHEN day <= $cut AND net - late > 0 THEN day END AS bought_on_cal,
        CASE WHEN day <= $cut AND net - late > 0 THEN net - late END AS bought_cal,
        CASE WHEN day > $cut AND net > 0 THEN net END AS held
    FROM days
), totals AS (
    SELECT
        customer,
        sum(lines) AS lines,
        count(bought_on) AS orders,
        min(bought_on) AS first_on,
        max(bought_on) AS last_on,
        sum(net) AS revenue,
        sum(net_12m) AS revenue_12m,
        sum(costed) AS revenue_costed,
        sum(cost) AS cost,
        sum(costed_12m) AS revenue_costed_12m,
        sum(cost_12m) AS cost_12m,
        sum(bought) AS spend,
        arg_min(bought, bought_on) AS first_spend,
        count(bought_on_cal) AS orders_cal,
        min(bought_on_cal) AS first_on_cal,
        max(bought_on_cal) AS last_on_cal,
        sum(bought_cal) AS spend_cal,
        arg_min(bought_cal, bought_on_cal) AS first_spend_cal,
        count(held) AS orders_holdout,
        sum(held) AS spend_holdout
    FROM marked
    GROUP BY customer
), booked AS (
    -- what took from a purchase of an earlier year, and was booked in this one
    SELECT
        customer,
        sum(amount) AS amount,
        sum(CASE WHEN cost IS NOT NULL THEN amount END) AS costed,
        sum(cost) AS cost
    FROM corrected
    WHERE corrects IS NULL AND day <= $year_start AND date > $year_start
    GROUP BY customer
)
SELECT
    totals.customer,
    CAST(lines AS BIGINT) AS lines,
    CAST(orders AS INTEGER) AS orders,
    first_on AS first_order_on,
    last_on AS last_order_on,
    CAST(CASE WHEN orders > 0 THEN orders - 1 ELSE 0 END AS INTEGER) AS x,
    CAST(coalesce(date_diff('day', first_on, last_on), 0) AS INTEGER) AS t_x,
    CAST(coalesce(date_diff('day', first_on, $as_of), 0) AS INTEGER) AS t_end,
    CAST(revenue AS DECIMAL(18, 2)) AS revenue,
    CAST(coalesce(revenue_12m, 0) + coalesce(booked.amount, 0) AS DECIMAL(18, 2)) AS revenue_12m,
    CAST(coalesce(revenue_costed, 0) AS DECIMAL(18, 2)) AS revenue_costed,
    CAST(coalesce(totals.cost, 0) AS DECIMAL(18, 2)) AS cost,
    CAST(coalesce(revenue_costed_12m, 0) + coalesce(booked.costed, 0) AS DECIMAL(18, 2)) AS revenue_costed_12m,
    CAST(coalesce(cost_12m, 0) + coalesce(booked.cost, 0) AS DECIMAL(18, 2)) AS cost_12m,
    CAST(coalesce(spend, 0) AS DECIMAL(18, 2)) AS spend,
    CAST(coalesce(spend - first_spend, 0) AS DECIMAL(18, 2)) AS repeat_spend,
    CAST(CASE WHEN orders_cal > 0 THEN orders_cal - 1 END AS INTEGER) AS x_cal,
    CAST(date_diff('day', first_on_cal, last_on_cal) AS INTEGER) AS t_x_cal,
    CAST(date_diff('day', first_on_cal, $cut) AS INTEGER) AS t_end_cal,
    CAST(coalesce(spend_cal, 0) AS DECIMAL(18, 2)) AS spend_cal,
    CAST(coalesce(spend_cal - first_spend_cal, 0) AS DECIMAL(18, 2)) AS repeat_spend_cal,
    CAST(orders_holdout AS INTEGER) AS orders_holdout,
    CAST(coalesce(spend_holdout, 0) AS DECIMAL(18, 2)) AS spend_holdout
FROM totals
LEFT JOIN booked ON booked.customer = totals.customer
