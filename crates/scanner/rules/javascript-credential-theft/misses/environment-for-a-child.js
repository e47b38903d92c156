import { spawn } from "node:child_process";
export function run(command, args, more) {
  return spawn(command, args, { env: { ...process.env, ...more }, stdio: "inherit" });
}
