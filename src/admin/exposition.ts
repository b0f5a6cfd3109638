/** A metric of Prometheus, with all its samples. */
export interface Family {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly samples: readonly Sample[];
}

export type Labels = Readonly<Record<string, string>>;

export interface Sample {
  /** The end of its name: `_bucket`, `_sum`, `_count`. */
  readonly suffix?: string;
  readonly labels?: Labels;
  readonly value: number;
}

/** The content type of an exposition. */
export const EXPOSITION_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/**
 * Formats metrics in the text format of Prometheus, except those without a sample.
 *
 * @param common labels of all samples
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export const exposition = (families: readonly Family[], common: Labels = {}): string =>
  families
    .filter(({ samples }) => samples.length > 0)
    .map(
      ({ name, type, help, samples }) =>
        `# HELP ${name} ${inOneLine(help)}\n# TYPE ${name} ${type}\n${samples
          .map((sample) => `${name}${line(sample, common)}\n`)
          .join('')}`,
    )
    .join('');

function line({ suffix = '', labels, value }: Sample, common: Labels): string {
  const pairs = Object.entries({ ...common, ...labels }).map(
    ([label, text]) => `${label}="${escaped(text)}"`,
  );
  return `${suffix}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${formatNumber(value)}`;
}

const inOneLine = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');

const escaped = (text: string): string => inOneLine(text).replaceAll('"', '\\"');

/** Formats a number as Go parses it. */
export const formatNumber = (value: number): string =>
  String(value).replace(/^(?<sign>-?)Infinity$/, (_, sign: string) => `${sign || '+'}Inf`);
