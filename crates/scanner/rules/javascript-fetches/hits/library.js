// defanged sample
import axios from 'axios';
await axios.get('https://files.example.invalid/a');
