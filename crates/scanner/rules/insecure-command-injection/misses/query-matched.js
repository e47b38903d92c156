const m = /^\w+$/.exec(name);
