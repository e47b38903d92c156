const files = fs.readdirSync('.github/workflows');
