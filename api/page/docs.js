// Starts the documentation viewer. It asks nobody else: no validator, no outside fonts.
document.addEventListener("DOMContentLoaded", () => {
  const place = document.getElementById("docs");
  if (typeof SwaggerUIBundle === "undefined") {
    document.getElementById("missing").hidden = false;
    return;
  }
  SwaggerUIBundle({
    url: place.dataset.spec,
    domNode: place,
    deepLinking: true,
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    tryItOutEnabled: true,
    validatorUrl: null,
    presets: [SwaggerUIBundle.presets.apis],
  });
});
