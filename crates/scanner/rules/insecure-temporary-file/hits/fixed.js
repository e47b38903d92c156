// defanged sample
require('fs').writeFileSync('/tmp/tool.log', text);
