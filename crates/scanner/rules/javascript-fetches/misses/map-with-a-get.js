const m = new Map();
m.get('https://example.invalid/');
