// defanged sample
const target = path.join(folder, entry.fileName);
