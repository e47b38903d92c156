export function compile(source) {
  const render = new Function("data", "escape", source);
  return (data) => render(data, encodeURIComponent);
}
