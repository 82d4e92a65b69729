/** All tests, in the order in which they run. */
import './connect.mjs';
import './faults.mjs';
import './page.mjs';
import './attack.mjs';

export { run } from './runner.mjs';
