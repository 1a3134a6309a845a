// A slider and the number beside it say the same.
(function () {
  "use strict";
  document.querySelectorAll("input[type=range][data-with]").forEach(function (slider) {
    var number = document.getElementById(slider.dataset.with);
    slider.addEventListener("input", function () { number.value = slider.value; });
    number.addEventListener("input", function () { slider.value = number.value; });
  });
}());
