command -v curl >/dev/null || echo 'curl is needed'
