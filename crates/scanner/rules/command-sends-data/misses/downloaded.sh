curl -fsSL https://a.example.invalid/tool-$(uname -s) -o tool
