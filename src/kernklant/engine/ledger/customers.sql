-- One row per customer, as last told: of every column the newest known value.
-- Newest by the day it counts from (rows without one come first), then by import; the row key
-- settles what is left, so that the answer never depends on the order of rows.
-- What counts from a later day than today is not told yet, but who it is of is a customer.
WITH told AS (
    SELECT
        *,
        CASE
            WHEN coalesce(valid_from, DATE '1800-01-01') <= $today
                THEN row_number() OVER (
                    PARTITION BY customer
                    ORDER BY coalesce(valid_from, DATE '1800-01-01'), import_no, row_key
                )
        END AS place
    FROM customers
)
SELECT
    customer,
    max(source) AS source,
    max(source_no) AS source_no,
    max_by(name, CASE WHEN name IS NOT NULL THEN place END) AS name,
    max_by(kind, CASE WHEN kind IS NOT NULL THEN place END) AS kind,
    max_by(prospect, CASE WHEN prospect IS NOT NULL THEN place END) AS prospect,
    max_by(legal_form, CASE WHEN legal_form IS NOT NULL THEN place END) AS legal_form,
    max_by(group_customer, CASE WHEN group_customer IS NOT NULL THEN place END) AS group_customer,
    max_by(sector, CASE WHEN sector IS NOT NULL THEN place END) AS sector,
    max_by(employees, CASE WHEN employees IS NOT NULL THEN place END) AS employees,
    max_by(revenue_known, CASE WHEN revenue_known IS NOT NULL THEN place END) AS revenue_known,
    max_by(region, CASE WHEN region IS NOT NULL THEN place END) AS region,
    max_by(postcode, CASE WHEN postcode IS NOT NULL THEN place END) AS postcode,
    max_by(city, CASE WHEN city IS NOT NULL THEN place END) AS city,
    max_by(country, CASE WHEN country IS NOT NULL THEN place END) AS country,
    max_by(email, CASE WHEN email IS NOT NULL THEN place END) AS email,
    max_by(phone, CASE WHEN phone IS NOT NULL THEN place END) AS phone,
    max_by(vat_no, CASE WHEN vat_no IS NOT NULL THEN place END) AS vat_no,
    max_by(coc_no, CASE WHEN coc_no IS NOT NULL THEN place END) AS coc_no,
    max_by(iban, CASE WHEN iban IS NOT NULL THEN place END) AS iban,
    max_by(acquired_on, CASE WHEN acquired_on IS NOT NULL THEN place END) AS acquired_on,
    max_by(referred_by, CASE WHEN referred_by IS NOT NULL THEN place END) AS referred_by,
    max_by(manager, CASE WHEN manager IS NOT NULL THEN place END) AS manager,
    max_by(insolvent_on, CASE WHEN insolvent_on IS NOT NULL THEN place END) AS insolvent_on,
    max_by(language, CASE WHEN language IS NOT NULL THEN place END) AS language,
    max_by(consent, CASE WHEN consent IS NOT NULL THEN place END) AS consent,
    max_by(active_until, CASE WHEN active_until IS NOT NULL THEN place END) AS active_until,
    max_by(valid_from, CASE WHEN valid_from IS NOT NULL THEN place END) AS valid_from
FROM told
GROUP BY customer
ORDER BY customer
