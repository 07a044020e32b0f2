// After a form was answered, the eye and the keyboard begin at the answer. The pages work without it.
"use strict";
addEventListener("load", () => setTimeout(() => document.querySelector("[data-focus]")?.focus(), 50));
