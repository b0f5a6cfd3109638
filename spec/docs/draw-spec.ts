import { draw } from '../../scripts/docs/draw.js';
import type { Picture } from '../../scripts/docs/picture.js';

const PICTURE: Picture = {
  call: 'keep<T>(full$)',
  sources: [
    { name: 'source', row: '-a--b--c--|', read: ['^----!', '------^---!'] },
    { name: 'full$', row: 'f----t|' },
  ],
  result: '-a-----c--|',
  words: { f: 'false', t: 'true' },
};

const drawn = draw(PICTURE);

/** The picture, without its style sheet. */
const shapes = (picture: Partial<Picture>) =>
  draw({ ...PICTURE, ...picture }).replace(/<style>.*<\/style>/s, '');
const count = (svg: string, pattern: RegExp) => svg.match(pattern)?.length ?? 0;

describe('draw', () => {
  it('draws a marble for each value, with its letter or its word', () => {
    expect(count(shapes({}), /class="ball/g)).toBe(7);
    expect(shapes({})).toContain('>true</text>');
    expect(count(shapes({}), /class="in"[^>]*>a</g)).toBe(2);
  });

  it('gives a value one colour in all rows', () => {
    const colours = [
      ...shapes({}).matchAll(/class="ball b(?<colour>\d)"[^>]*><text[^>]*>(?<letter>[ac])</g),
    ];
    const seen = new Set(
      colours.map(({ groups }) => `${groups?.letter ?? ''}${groups?.colour ?? ''}`),
    );
    expect(colours).toHaveLength(4);
    expect(seen.size).toBe(2);
  });

  it('shades a source while it is read, and draws the values that nobody reads hollow', () => {
    const svg = shapes({
      sources: [{ name: 'source', row: '-a-b-c-|', read: ['^-!', '----^--!'] }],
    });
    expect(count(svg, /class="band"/g)).toBe(2);
    expect(count(svg, /class="ball missed"/g)).toBe(1);
    expect(svg).toMatch(/class="ball missed"[^>]*\/><text class="in"[^>]*>b</);
  });

  it('draws the same moment at the same place in all rows', () => {
    const places = [...shapes({}).matchAll(/class="in" x="(?<x>[\d.]+)"[^>]*>c</g)];
    expect(new Set(places.map(({ groups }) => groups?.x)).size).toBe(1);
  });

  it('draws a bar for an end, a cross with its name for an error, an arrow if it continues', () => {
    expect(count(shapes({}), /class="end"/g)).toBe(3);
    const failing = shapes({ result: '-a---#', error: 'TooSlowError' });
    expect(count(failing, /class="cross"/g)).toBe(1);
    expect(failing).toContain('>TooSlowError</text>');
    expect(count(shapes({ result: '-a----' }), /l6 5l-6 5/g)).toBe(1);
  });

  it('frames the values of one moment', () => {
    const svg = shapes({ result: '-----------(xy|)' });
    expect(count(svg, /class="group"/g)).toBe(1);
  });

  it('shows the length of a silence that it shortens', () => {
    const svg = shapes({ sources: [{ name: 'source', row: 'a 9999ms b' }], result: 'a 9999ms b' });
    expect(svg).toMatch(/class="cut"[^>]*>10 s</);
  });

  it('has a text for readers who cannot see it', () => {
    expect(drawn).toContain('<title id="t">Marble diagram of keep&lt;T>(full$)</title>');
    expect(drawn).toContain('source: -a--b--c--|\nfull$: f----t|\nkeep&lt;T>(full$): -a-----c--|');
  });

  it('has colours for dark pages, and is small', () => {
    expect(drawn).toContain('prefers-color-scheme:dark');
    expect(drawn.length).toBeLessThan(5_000);
  });
});
