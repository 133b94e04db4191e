-- One row per customer: what he paid after $year_start until the as-of day for lines with a list
-- price, and what the list asks for the same. Credits and gifts are no price.
SELECT
    customer,
    CAST(sum(amount) AS DECIMAL(18, 2)) AS realised,
    CAST(sum(list_price * quantity) AS DECIMAL(18, 2)) AS listed
FROM sales
WHERE date > $year_start AND date <= $as_of AND amount > 0 AND list_price > 0 AND quantity > 0
GROUP BY customer
HAVING sum(list_price * quantity) > 0
ORDER BY customer
