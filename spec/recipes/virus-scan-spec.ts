import { drop } from '../support/programs.js';
import { follow } from '../../scripts/recipe/follow.js';

/** Finds what ClamAV finds in the file of the test, and ends with the same status. */
const clamdscan = `
for path; do :; done
grep -q EICAR-STANDARD-ANTIVIRUS-TEST-FILE "$path" || exit 0
echo "$path: Eicar-Test-Signature FOUND"
exit 1`;

describe('the recipe that scans for viruses', () => {
  it('publishes what is clean, and refuses what is not', async () => {
    await follow(
      'virus-scan',
      async (page) => {
        const server = await page.serve(5000);
        const { status, stderr } = await page.run();
        expect(status).toBe(69);
        expect(stderr).toMatch(/^ERROR: .*eicar\.txt.*\n$/);
        expect(page.read('inbox/1.file')).toBe('ERROR');
        expect(page.read('inbox/2.file')).toBe('hello\n');
        expect(await drop(page.port(5000), page.read('eicar.txt'))).toBe('RST');
        expect(await server.stop()).toMatchObject({ status: 0, stderr: '' });
      },
      { clamdscan },
    );
  });

  it('accepts nothing without the scanner, and prints a warning', async () => {
    await follow(
      'virus-scan',
      async (page) => {
        const server = await page.serve(5000);
        expect(await page.run()).toMatchObject({ status: 69 });
        expect([1, 2].map((id) => page.read(`inbox/${id}.file`))).toStrictEqual(['ERROR', 'ERROR']);
        expect((await server.stop()).stderr).toMatch(
          /^WARNING: 1\.file from .* refused by --check/,
        );
      },
      { clamdscan: 'exec no-such-program' },
    );
  });
});
