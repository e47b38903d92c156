// defanged sample
const z = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (['Asia/Tokyo', 'Europe/Paris'].includes(z)) go();
