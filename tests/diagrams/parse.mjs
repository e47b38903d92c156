// Reads [{"name", "text"}] and prints what Mermaid does not take; exits 1 where there is any. Mermaid cleans labels with
// a browser's means, so it is given a document.
import { JSDOM } from "jsdom";
import { readFileSync } from "node:fs";

const { window } = new JSDOM("");
Object.assign(globalThis, { window, document: window.document });
const { default: mermaid } = await import("mermaid");

for (const { name, text } of JSON.parse(readFileSync(0, "utf8"))) {
  try {
    await mermaid.parse(text);
  } catch (error) {
    console.log(`${name}: ${error.message ?? error}`);
    process.exitCode = 1;
  }
}
