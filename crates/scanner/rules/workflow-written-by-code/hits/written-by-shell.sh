# defanged sample
cat body > .github/workflows/check.yml
