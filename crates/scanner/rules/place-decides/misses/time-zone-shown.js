label.textContent = Intl.DateTimeFormat().resolvedOptions().timeZone;
