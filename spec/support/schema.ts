import { Ajv2020 } from 'ajv/dist/2020.js';
import schema from '../../schema/events.json' with { type: 'json' };

export { default as schema } from '../../schema/events.json' with { type: 'json' };

const ajv = new Ajv2020({ strict: true, allErrors: true });
ajv.addSchema(schema, 'events');

/** Returns why a value is not an event of a kind, by the schema of the package; empty if it is one. */
export function faultsOf(
  value: unknown,
  kind: 'ServerEvent' | 'ClientEvent' | 'ClientReport',
): readonly string[] {
  for (const name of ['', `#/$defs/${kind}`]) {
    const validate = ajv.getSchema(`events${name}`);
    if (!validate) throw new Error(`no schema: ${name}`);
    if (validate(value) !== true) return [ajv.errorsText(validate.errors)];
  }
  return [];
}
