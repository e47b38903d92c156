// defanged sample
import { execSync as run } from 'child_process';
run('make');
