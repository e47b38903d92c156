// defanged sample
const bits = '​‌​​‌‌​‌​';
