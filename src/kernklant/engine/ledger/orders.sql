-- One row per customer and purchase day until the as-of day: a day whose net amount is above zero.
WITH
-- with placed.sql
, days AS (
    SELECT customer, day, CAST(sum(amount) AS DECIMAL(18, 2)) AS amount
    FROM placed
    GROUP BY customer, day
)
SELECT customer, day, amount
FROM days
WHERE amount > 0
