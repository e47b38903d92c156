import { readFileSync } from "node:fs";
export function registry(folder) {
  const text = readFileSync(`${folder}/.npmrc`, "utf8");
  return /^registry=(.*)$/m.exec(text)?.[1];
}
