curl -F file=@report.xml https://a.example.invalid/reports
