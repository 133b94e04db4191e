/* One row per customer: what he paid after DATE '2023-02-28' until the as-of day for lines with a list */
/* price, and what the list asks for the same. Credits and gifts are no price. */
SELECT
  customer,
  CAST(SUM(amount) AS DECIMAL(18, 2)) AS realised,
  CAST(SUM(list_price * quantity) AS DECIMAL(18, 2)) AS listed
FROM sales
WHERE
  date > CAST('2023-02-28' AS DATE)
  AND date <= CAST('2024-02-29' AS DATE)
  AND amount > 0
  AND list_price > 0
  AND quantity > 0
GROUP BY
  customer
HAVING
  SUM(list_price * quantity) > 0
ORDER BY
  customer NULLS LAST
