// defanged sample
fetch('https://discord.com/api/webhooks/0/sample', { method: 'POST', body });
