-- One row per customer and purchase day until the as-of day: a day whose net amount is above zero.
-- Credits count as in history.sql.
WITH named AS (
    SELECT DISTINCT customer, corrects AS document
    FROM sales
    WHERE date <= $as_of AND amount < 0 AND corrects IS NOT NULL
), documents AS (
    SELECT sales.customer, sales.document, min(sales.date) AS day
    FROM sales
    JOIN named ON named.customer = sales.customer AND named.document = sales.document
    WHERE sales.date <= $as_of
    GROUP BY sales.customer, sales.document
), placed AS (
    SELECT customer, date AS day, amount
    FROM sales
    WHERE date <= $as_of AND (amount >= 0 OR corrects IS NULL)
    UNION ALL
    SELECT
        sales.customer,
        CASE WHEN documents.day <= sales.date THEN documents.day ELSE sales.date END AS day,
        sales.amount
    FROM sales
    LEFT JOIN documents
        ON documents.customer = sales.customer AND documents.document = sales.corrects
    WHERE sales.date <= $as_of AND sales.amount < 0 AND sales.corrects IS NOT NULL
), days AS (
    SELECT customer, day, CAST(sum(amount) AS DECIMAL(18, 2)) AS amount
    FROM placed
    GROUP BY customer, day
)
SELECT customer, day, amount
FROM days
WHERE amount > 0
