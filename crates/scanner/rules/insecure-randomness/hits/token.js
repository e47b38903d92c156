// defanged sample
const sessionId = Math.random().toString(36);
