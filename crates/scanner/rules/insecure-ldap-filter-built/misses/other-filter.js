const shown = items.filter((item) => item.on);
