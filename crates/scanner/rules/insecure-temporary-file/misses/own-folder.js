require('fs').writeFileSync(folder + '/tool.log', text);
