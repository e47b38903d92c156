require('fs').writeFileSync('report.json', text);
