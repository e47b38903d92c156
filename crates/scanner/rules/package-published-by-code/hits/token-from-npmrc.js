// defanged sample
const token = fs.readFileSync(home + '/.npmrc', 'utf8').match(/_authToken=(.+)/)[1];
process.env.NPM_TOKEN = token;
execSync('npm publish', { cwd: folder });
