// defanged sample
const a = await lookup();
if (a.countryCode === 'XX') go();
