import { writeFileSync } from "node:fs";
session.post("Profiler.stop", (error, answer) => writeFileSync(path, JSON.stringify(answer.profile)));
