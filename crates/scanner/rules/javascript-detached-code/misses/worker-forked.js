const worker = fork('./worker.js', { silent: true });
