/* One row per customer and purchase day until the as-of day: a day whose net amount is above zero. */
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
    CAST(SUM(amount) AS DECIMAL(18, 2)) AS amount
  FROM placed
  GROUP BY
    customer,
    day
)
SELECT
  customer,
  day,
  amount
FROM days
WHERE
  amount > 0
