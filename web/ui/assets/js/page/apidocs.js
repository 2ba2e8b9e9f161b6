// Starts the API documentation page: the element #api-docs names the description in data-spec.
addEventListener("DOMContentLoaded", () => {
  "use strict";
  const host = document.getElementById("api-docs");
  SwaggerUIBundle({
    url: host.dataset.spec,
    domNode: host,
    deepLinking: true,
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
    tryItOutEnabled: true,
    validatorUrl: null,
    presets: [SwaggerUIBundle.presets.apis],
    layout: "BaseLayout",
  });
});
