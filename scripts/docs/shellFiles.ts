import { commandLine as client } from '../../src/cli/clientCommand.js';
import { commandLine as server } from '../../src/cli/serverCommand.js';
import { bashCompletion } from './completions/bash.js';
import { fishCompletion } from './completions/fish.js';
import { zshCompletion } from './completions/zsh.js';
import { manPage } from './manPage.js';

/** The manual pages and completions of both programs, by their paths. */
export const shellFiles = (): readonly (readonly [path: string, content: string])[] =>
  [server, client].flatMap((program) => {
    const { name } = program;
    const others = [server.name, client.name].filter((other) => other !== name);
    return [
      [`man/${name}.1`, manPage(program, others)],
      [`completions/${name}.bash`, bashCompletion(program)],
      [`completions/_${name}`, zshCompletion(program)],
      [`completions/${name}.fish`, fishCompletion(program)],
    ] as const;
  });
