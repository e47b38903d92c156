print('see .github/workflows/ci.yml')
