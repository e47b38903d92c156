// defanged sample
/* ‮ } if (isAdmin) { */ check();
