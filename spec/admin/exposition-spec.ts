import { exposition } from '../../src/admin/exposition.js';

describe('exposition', () => {
  it('formats metrics in the text format of Prometheus', () => {
    expect(
      exposition([
        { name: 'files_total', type: 'counter', help: 'Files.', samples: [{ value: 3 }] },
        {
          name: 'size_bytes',
          type: 'histogram',
          help: 'Sizes.',
          samples: [
            { suffix: '_bucket', labels: { le: '+Inf' }, value: 1 },
            { suffix: '_sum', value: 1e21 },
            { suffix: '_count', value: 1 },
          ],
        },
      ]),
    ).toBe(`# HELP files_total Files.
# TYPE files_total counter
files_total 3
# HELP size_bytes Sizes.
# TYPE size_bytes histogram
size_bytes_bucket{le="+Inf"} 1
size_bytes_sum 1e+21
size_bytes_count 1
`);
  });

  it('escapes labels and help, so that they stay on their line', () => {
    const samples = [{ labels: { a: 'x"\\\ny', b: '' }, value: 0 }];
    expect(exposition([{ name: 'n', type: 'gauge', help: 'a\\\nb "c"', samples }])).toBe(
      '# HELP n a\\\\\\nb "c"\n# TYPE n gauge\nn{a="x\\"\\\\\\ny",b=""} 0\n',
    );
  });

  it.each([
    [Infinity, '+Inf'],
    [-Infinity, '-Inf'],
    [NaN, 'NaN'],
    [0.1, '0.1'],
    [-2, '-2'],
  ])('formats %d as Go parses it', (value, text) => {
    expect(exposition([{ name: 'n', type: 'gauge', help: '', samples: [{ value }] }])).toContain(
      `\nn ${text}\n`,
    );
  });

  it('leaves out a metric without a sample', () => {
    expect(exposition([{ name: 'n', type: 'gauge', help: '', samples: [] }])).toBe('');
  });

  it('gives all samples the common labels', () => {
    const samples = [{ value: 1 }, { labels: { reason: 'IDLE' }, value: 2 }];
    expect(
      exposition([{ name: 'n', type: 'gauge', help: '', samples }], { instance: 'eu-1' }),
    ).toContain('n{instance="eu-1"} 1\nn{instance="eu-1",reason="IDLE"} 2\n');
  });
});
