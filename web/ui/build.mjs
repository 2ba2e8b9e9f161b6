// Copies the browser files of the locked packages into dist/, where Go embeds them.
// Only the files named here enter the binary; a missing one stops the build.
import { cpSync, mkdirSync, readdirSync, rmSync, statSync, existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const from = (path) => join(here, "node_modules", path);
const dist = join(here, "dist");

const files = {
  "htmx.min.js": "htmx.org/dist/htmx.min.js",
  "uplot/uPlot.iife.min.js": "uplot/dist/uPlot.iife.min.js",
  "uplot/uPlot.min.css": "uplot/dist/uPlot.min.css",
  "swagger-ui/swagger-ui-bundle.js": "swagger-ui-dist/swagger-ui-bundle.js",
  "swagger-ui/swagger-ui.css": "swagger-ui-dist/swagger-ui.css",
  "swagger-ui/LICENSE": "swagger-ui-dist/LICENSE",
  "fonts/instrument-sans-latin.woff2":
    "@fontsource-variable/instrument-sans/files/instrument-sans-latin-wght-normal.woff2",
  "fonts/instrument-sans-latin-ext.woff2":
    "@fontsource-variable/instrument-sans/files/instrument-sans-latin-ext-wght-normal.woff2",
  "fonts/LICENSE": "@fontsource-variable/instrument-sans/LICENSE",
};

if (!existsSync(join(here, "node_modules"))) {
  console.error("web/ui: node_modules is missing; run `npm ci` in web/ui first.");
  process.exit(1);
}
for (const name of readdirSync(dist)) {
  if (name !== "README.md") rmSync(join(dist, name), { recursive: true });
}
let bytes = 0;
for (const [to, source] of Object.entries(files)) {
  if (!existsSync(from(source))) {
    console.error(`web/ui: ${source} is not in node_modules; run \`npm ci\` in web/ui again.`);
    process.exit(1);
  }
  mkdirSync(dirname(join(dist, to)), { recursive: true });
  cpSync(from(source), join(dist, to));
  bytes += statSync(from(source)).size;
}
console.log(`web/ui: ${Object.keys(files).length} files, ${Math.round(bytes / 1024)} kB in dist`);
