/** Generates the pages of operators and adapters, and the tables and lists in the written pages. */
import { runTypeScript } from './runTypeScript.js';

await runTypeScript('scripts/docs/main.ts');
