// defanged sample
const to = 'https://api.telegram.org/bot' + token + '/sendMessage';
