console.log('Run npm publish when you are ready');
