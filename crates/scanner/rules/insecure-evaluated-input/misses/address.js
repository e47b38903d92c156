const part = location.hash.slice(1);
