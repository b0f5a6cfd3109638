/** Takes the pictures of the admin page in `docs/`, with Chromium and pngquant. It takes three minutes. */
import { runTypeScript } from './runTypeScript.js';

await runTypeScript('spec/page/pictures.ts');
