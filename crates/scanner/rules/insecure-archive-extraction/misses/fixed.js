const target = path.join(folder, 'index.js');
