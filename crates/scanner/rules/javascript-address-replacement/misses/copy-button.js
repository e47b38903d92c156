button.onclick = () => navigator.clipboard.writeText(code.textContent);
