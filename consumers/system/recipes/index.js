/** The recipes whose programs come from Debian, by the names of their pages. */
import shellLoop from './shell-loop.js';

export default { 'shell-loop': shellLoop };
