box.textContent = name;
