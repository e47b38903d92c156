const DB_PASSWORD = process.env.DB_PASSWORD;
