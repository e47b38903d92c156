// defanged sample
const ip = await (await fetch('https://api.ipify.org')).text();
