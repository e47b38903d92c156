fetch('https://api.example.invalid/v1/items');
