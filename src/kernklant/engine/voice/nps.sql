-- One row per customer who answered the recommendation question (0 to 10) until the as-of day: of
-- each person the newest answer. Who does not say who he is counts as one person of his customer.
WITH asked AS (
    SELECT
        customer,
        coalesce(contact, '') AS person,
        score,
        row_number() OVER (
            PARTITION BY customer, coalesce(contact, '')
            ORDER BY date DESC, import_no DESC, row_key DESC
        ) AS place
    FROM feedback
    WHERE question = 'nps'
        AND date <= $as_of
        AND score >= 0
        AND score <= 10
        AND coalesce(scale_low, 0) = 0
        AND coalesce(scale_high, 10) = 10
)
SELECT
    customer,
    count(*) AS answers,
    CAST(sum(score) AS DECIMAL(28, 6)) AS total,
    CAST(sum(CASE WHEN score >= 9 THEN 1 ELSE 0 END) AS BIGINT) AS promoters,
    CAST(sum(CASE WHEN score < 7 THEN 1 ELSE 0 END) AS BIGINT) AS detractors
FROM asked
WHERE place = 1
GROUP BY customer
ORDER BY customer
