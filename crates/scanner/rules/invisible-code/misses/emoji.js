const icons = ['❤️', '☀️', '⚠️'];
