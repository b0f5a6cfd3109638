import { manPage } from '../../scripts/docs/manPage.js';
import { commandLine as client } from '../../src/cli/clientCommand.js';
import { commandLine as server } from '../../src/cli/serverCommand.js';

const PROGRAMS = [server, client].map((program) => [program.name, program] as const);

/** The lines of a section of a manual page. */
const sectionOf = (page: string, title: string): string =>
  page.split(/^\.SH /m).find((section) => section.startsWith(`${title}\n`)) ?? '';

const unescaped = (text: string) => text.replaceAll('\\-', '-');

describe('the manual page', () => {
  it.each(PROGRAMS)('of %s explains its environment and its signals', (_, program) => {
    const page = unescaped(manPage(program, []));
    const prefix = program.name.toUpperCase().replaceAll('-', '_');
    expect(sectionOf(page, 'ENVIRONMENT')).toContain(`.B ${prefix}_<OPTION>\n`);
    expect(sectionOf(page, 'SIGNALS')).toMatch(/^\.B SIGINT, SIGTERM, SIGQUIT$/m);
    expect(sectionOf(page, 'SIGNALS')).toMatch(/^\.B SIGHUP$/m);
  });

  it('explains the variables of a command and the files of the server', () => {
    const page = unescaped(manPage(server, []));
    for (const name of ['FILE', 'ID', 'BYTES', 'SHA256', 'PEER', 'CN'])
      expect(sectionOf(page, 'ENVIRONMENT')).toMatch(new RegExp(`^\\.B RXDROP_${name}$`, 'm'));
    expect(sectionOf(page, 'FILES')).toContain('.B FILE-DIR/N.file\n');
    expect(page).toContain('{id:6}');
    expect(page).toContain('{cn}');
  });

  it.each(PROGRAMS)('of %s has the path of the documentation', (_, program) => {
    const section = unescaped(sectionOf(manPage(program, ['other']), 'SEE ALSO'));
    expect(section).toContain('$(npm root -g)/rxdrop/docs');
  });

  it.each(PROGRAMS)('of %s breaks no name and stretches no line', (_, program) => {
    expect(manPage(program, [])).toContain('\n.ad l\n.nh\n.SH NAME\n');
  });
});
