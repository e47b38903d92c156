// defanged sample
box.innerHTML = decodeURIComponent(location.hash.slice(1));
