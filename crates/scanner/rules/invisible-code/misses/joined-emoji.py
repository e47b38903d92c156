family = '👨‍👩‍👧'
