export function sourceMap(comment) {
  const [, data] = comment.split("base64,");
  return JSON.parse(Buffer.from(data, "base64").toString("utf8"));
}
