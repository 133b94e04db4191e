/* One row per customer with a sales line until the as-of day: counts, days and sums of money. */
/* What was known at the cut stands beside it in the columns _cal; what came after in _holdout. */
WITH credits /* Sales lines until the as-of day, each with the day it counts on: that of its date, and of a */ /* credit that of the purchase it takes from. */ AS (
  SELECT
    customer,
    date,
    amount,
    cost,
    corrects
  FROM sales
  WHERE
    date <= CAST('2024-02-29' AS DATE) AND amount < 0
), named AS (
  SELECT DISTINCT
    customer,
    corrects AS document
  FROM credits
  WHERE
    NOT corrects IS NULL
), documents AS (
  SELECT
    sales.customer,
    sales.document,
    MIN(sales.date) AS day
  FROM sales
  JOIN named
    ON named.customer = sales.customer AND named.document = sales.document
  WHERE
    sales.date <= CAST('2024-02-29' AS DATE)
  GROUP BY
    sales.customer,
    sales.document
), loose AS (
  /* what was credited on a day without naming what */
  SELECT
    customer,
    date AS day,
    CAST(SUM(amount) AS DECIMAL(18, 2)) AS amount
  FROM credits
  WHERE
    corrects IS NULL
  GROUP BY
    customer,
    date
), brought AS (
  SELECT
    customer,
    date AS day,
    CAST(SUM(amount) AS DECIMAL(18, 2)) AS amount
  FROM sales
  WHERE
    date <= CAST('2024-02-29' AS DATE)
    AND amount > 0
    AND customer IN (
      SELECT
        customer
      FROM loose
    )
  GROUP BY
    customer,
    date
), taken AS (
  /* the purchase it takes from: the newest day that brought just as much, or else more */
  SELECT
    loose.customer,
    loose.day AS credited_on,
    loose.amount,
    COALESCE(
      MAX(CASE WHEN brought.amount = -loose.amount THEN brought.day END),
      MAX(brought.day)
    ) AS day
  FROM loose
  JOIN brought
    ON brought.customer = loose.customer
    AND brought.day <= loose.day
    AND brought.amount >= -loose.amount
  GROUP BY
    loose.customer,
    loose.day,
    loose.amount
), corrected AS (
  /* each credit line with the day it counts on */
  SELECT
    credits.*,
    CASE
      WHEN documents.day <= credits.date
      THEN documents.day
      WHEN credits.corrects IS NULL
      THEN COALESCE(taken.day, credits.date)
      ELSE credits.date
    END AS day
  FROM credits
  LEFT JOIN documents
    ON documents.customer = credits.customer AND documents.document = credits.corrects
  LEFT JOIN taken
    ON taken.customer = credits.customer AND taken.credited_on = credits.date
), placed AS (
  SELECT
    customer,
    date AS day,
    date,
    amount,
    cost
  FROM sales
  WHERE
    date <= CAST('2024-02-29' AS DATE) AND amount >= 0
  UNION ALL
  SELECT
    customer,
    day,
    date,
    amount,
    cost
  FROM corrected
), days AS (
  SELECT
    customer,
    day,
    COUNT(*) AS lines,
    CAST(SUM(amount) AS DECIMAL(18, 2)) AS net,
    CAST(COALESCE(
      SUM(
        CASE
          WHEN day <= CAST('2023-11-30' AS DATE) AND date > CAST('2023-11-30' AS DATE)
          THEN amount
        END
      ),
      0
    ) AS DECIMAL(18, 2)) AS late, /* of credits on a day before the cut, written after it */
    CAST(SUM(CASE WHEN NOT cost IS NULL THEN amount END) AS DECIMAL(18, 2)) AS costed,
    CAST(SUM(cost) AS DECIMAL(18, 2)) AS cost
  FROM placed
  GROUP BY
    customer,
    day
), marked AS (
  SELECT
    customer,
    lines,
    net,
    costed,
    cost,
    CASE WHEN day > CAST('2023-02-28' AS DATE) THEN net END AS net_12m,
    CASE WHEN day > CAST('2023-02-28' AS DATE) THEN costed END AS costed_12m,
    CASE WHEN day > CAST('2023-02-28' AS DATE) THEN cost END AS cost_12m,
    CASE WHEN net > 0 THEN day END AS bought_on,
    CASE WHEN net > 0 THEN net END AS bought,
    CASE WHEN day <= CAST('2023-11-30' AS DATE) AND net - late > 0 THEN day END AS bought_on_cal,
    CASE WHEN day <= CAST('2023-11-30' AS DATE) AND net - late > 0 THEN net - late END AS bought_cal,
    CASE WHEN day > CAST('2023-11-30' AS DATE) AND net > 0 THEN net END AS held
  FROM days
), totals AS (
  SELECT
    customer,
    SUM(lines) AS lines,
    COUNT(bought_on) AS orders,
    MIN(bought_on) AS first_on,
    MAX(bought_on) AS last_on,
    SUM(net) AS revenue,
    SUM(net_12m) AS revenue_12m,
    SUM(costed) AS revenue_costed,
    SUM(cost) AS cost,
    SUM(costed_12m) AS revenue_costed_12m,
    SUM(cost_12m) AS cost_12m,
    SUM(bought) AS spend,
    MIN_BY(bought, bought_on) AS first_spend,
    COUNT(bought_on_cal) AS orders_cal,
    MIN(bought_on_cal) AS first_on_cal,
    MAX(bought_on_cal) AS last_on_cal,
    SUM(bought_cal) AS spend_cal,
    MIN_BY(bought_cal, bought_on_cal) AS first_spend_cal,
    COUNT(held) AS orders_holdout,
    SUM(held) AS spend_holdout
  FROM marked
  GROUP BY
    customer
), booked AS (
  /* what took from a purchase of an earlier year, and was booked in this one */
  SELECT
    customer,
    SUM(amount) AS amount,
    SUM(CASE WHEN NOT cost IS NULL THEN amount END) AS costed,
    SUM(cost) AS cost
  FROM corrected
  WHERE
    corrects IS NULL
    AND day <= CAST('2023-02-28' AS DATE)
    AND date > CAST('2023-02-28' AS DATE)
  GROUP BY
    customer
)
SELECT
  totals.customer,
  CAST(lines AS BIGINT) AS lines,
  CAST(orders AS INT) AS orders,
  first_on AS first_order_on,
  last_on AS last_order_on,
  CAST(CASE WHEN orders > 0 THEN orders - 1 ELSE 0 END AS INT) AS x,
  CAST(COALESCE(DATEDIFF(DAY, first_on, last_on), 0) AS INT) AS t_x,
  CAST(COALESCE(DATEDIFF(DAY, first_on, CAST('2024-02-29' AS DATE)), 0) AS INT) AS t_end,
  CAST(revenue AS DECIMAL(18, 2)) AS revenue,
  CAST(COALESCE(revenue_12m, 0) + COALESCE(booked.amount, 0) AS DECIMAL(18, 2)) AS revenue_12m,
  CAST(COALESCE(revenue_costed, 0) AS DECIMAL(18, 2)) AS revenue_costed,
  CAST(COALESCE(totals.cost, 0) AS DECIMAL(18, 2)) AS cost,
  CAST(COALESCE(revenue_costed_12m, 0) + COALESCE(booked.costed, 0) AS DECIMAL(18, 2)) AS revenue_costed_12m,
  CAST(COALESCE(cost_12m, 0) + COALESCE(booked.cost, 0) AS DECIMAL(18, 2)) AS cost_12m,
  CAST(COALESCE(spend, 0) AS DECIMAL(18, 2)) AS spend,
  CAST(COALESCE(spend - first_spend, 0) AS DECIMAL(18, 2)) AS repeat_spend,
  CAST(CASE WHEN orders_cal > 0 THEN orders_cal - 1 END AS INT) AS x_cal,
  CAST(DATEDIFF(DAY, first_on_cal, last_on_cal) AS INT) AS t_x_cal,
  CAST(DATEDIFF(DAY, first_on_cal, CAST('2023-11-30' AS DATE)) AS INT) AS t_end_cal,
  CAST(COALESCE(spend_cal, 0) AS DECIMAL(18, 2)) AS spend_cal,
  CAST(COALESCE(spend_cal - first_spend_cal, 0) AS DECIMAL(18, 2)) AS repeat_spend_cal,
  CAST(orders_holdout AS INT) AS orders_holdout,
  CAST(COALESCE(spend_holdout, 0) AS DECIMAL(18, 2)) AS spend_holdout
FROM totals
LEFT JOIN booked
  ON booked.customer = totals.customer
