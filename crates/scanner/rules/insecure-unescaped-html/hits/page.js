// defanged sample
box.innerHTML = `<b>${name}</b>`;
