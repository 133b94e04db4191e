// The form of a draft: the sum of the weights that stay or come, and only the fields that belong
// to what is chosen.
(function () {
  "use strict";
  const form = document.querySelector("[data-policy]");
  if (!form) { return; }
  const sum = form.querySelector("[data-sum]");
  const weights = Array.from(form.querySelectorAll('input[name$="_weight"]'));
  const rule = form.querySelector('[name="a_rule"]');
  const source = form.querySelector('[name="add_source"]');
  const counts = (one) => {
    if (one.name === "add_weight") { return source.value !== ""; }
    return !form.querySelector(`[name="${one.name.replace("_weight", "_drop")}"]`).checked;
  };
  const add = () => {
    const whole = weights.filter(counts).reduce((total, one) => total + (Number(one.value) || 0), 0);
    const right = whole === 100;
    sum.textContent = right ? sum.dataset.right : sum.dataset.wrong.replace("{n}", String(whole));
    sum.classList.toggle("wrong", !right);
  };
  const choose = () => {
    form.querySelectorAll("[data-only]").forEach((part) => { part.hidden = part.dataset.only !== rule.value; });
    form.querySelector('[name="a_value"]').hidden = rule.value === "break_even";
    form.querySelector('[data-for="rating"]').hidden = source.value !== "rating";
  };
  form.addEventListener("input", add);
  [rule, source].forEach((one) => { one.addEventListener("change", choose); });
  add();
  choose();
})();
