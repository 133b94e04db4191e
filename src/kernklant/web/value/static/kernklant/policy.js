// The form of a draft: the sum of the weights, and only the fields of the rule that is chosen.
(function () {
  "use strict";
  const form = document.querySelector("[data-policy]");
  if (!form) { return; }
  const sum = form.querySelector("[data-sum]");
  const weights = Array.from(form.querySelectorAll('input[name$="_weight"]'));
  const rule = form.querySelector('[name="a_rule"]');
  const add = () => {
    const whole = weights.reduce((total, one) => total + (Number(one.value) || 0), 0);
    const right = whole === 100;
    sum.textContent = right ? sum.dataset.right : sum.dataset.wrong.replace("{n}", String(whole));
    sum.classList.toggle("wrong", !right);
  };
  const choose = () => {
    form.querySelectorAll("[data-only]").forEach((part) => { part.hidden = part.dataset.only !== rule.value; });
    form.querySelector('[name="a_value"]').hidden = rule.value === "break_even";
  };
  form.addEventListener("input", add);
  rule.addEventListener("change", choose);
  add();
  choose();
})();
