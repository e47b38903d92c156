class Job { exec() { return 1; } }
new Job().exec();
