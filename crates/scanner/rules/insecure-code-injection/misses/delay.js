setTimeout(() => next(), 10);
