// The little that pages do by themselves: menus that go where they point, drafts that are kept, questions before what
// cannot be taken back. Everything works without it, but drafts are kept only when a form is sent.
(function () {
  "use strict";

  function token() {
    return JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
  }

  document.addEventListener("change", function (event) {
    var form = event.target.closest("form[data-submit]");
    if (form) { form.requestSubmit(); }
  });

  // Drafts: what is typed into a form with data-draft is kept on the server a moment later.
  var waiting = new Map();
  function keep(form) {
    var fields = new FormData(form);
    fields.append("draft", form.dataset.draft);
    fetch(form.dataset.drafts, {method: "POST", body: fields, headers: {"X-CSRFToken": token()}, keepalive: true})
      .then(function (answer) { form.dataset.kept = answer.ok ? "yes" : "no"; },
            function () { form.dataset.kept = "no"; });
  }
  document.addEventListener("input", function (event) {
    var form = event.target.closest("form[data-draft]");
    if (!form) { return; }
    clearTimeout(waiting.get(form));
    waiting.set(form, setTimeout(function () { waiting.delete(form); keep(form); }, 400));
  });
  document.addEventListener("submit", function (event) {
    clearTimeout(waiting.get(event.target));
    waiting.delete(event.target);
  });
  window.addEventListener("pagehide", function () {
    waiting.forEach(function (timer, form) { clearTimeout(timer); keep(form); });
    waiting.clear();
  });

  // Only the fields that an action needs: <div data-for="mode"> belongs to the choice whose value is "mode".
  function fit(form) {
    var chosen = form.querySelector("[data-chooses]:checked, select[data-chooses]");
    form.querySelectorAll("[data-for]").forEach(function (part) {
      var wanted = chosen && part.dataset.for.split(" ").indexOf(chosen.value) >= 0;
      part.hidden = !wanted;
      part.querySelectorAll("select, input, textarea").forEach(function (field) { field.disabled = !wanted; });
    });
  }
  document.addEventListener("change", function (event) {
    if (event.target.matches("[data-chooses]")) { fit(event.target.form); }
  });
  document.querySelectorAll("form").forEach(fit);

  // On a phone the filters are folded away at first.
  if (window.matchMedia("(max-width: 640px)").matches) {
    document.querySelectorAll("details.more").forEach(function (part) { part.open = false; });
  }
}());
