import { type DeclarationReflection, type ParameterReflection, ReferenceType } from 'typedoc';
import { textOf } from './comment.js';
import type { Exported } from './project.js';
import { defaultsOf, typeOf } from './written.js';

/** A parameter of a function, or a member of an interface. */
export interface Member {
  readonly name: string;
  readonly type: string;
  /** If it is optional: its default, if the source has one. */
  readonly optional: boolean;
  readonly fallback?: string | undefined;
  readonly inherited?: boolean;
  readonly text: string;
}

/** How something is written by its user: `heldWhile(full$)`, `collectBytes({ limit })`. */
export function callOf({ name, declaration }: Exported): string {
  const [signature] = declaration.signatures ?? [];
  if (!signature) return name;
  const written = (signature.parameters ?? [])
    .filter((parameter) => !isOptional(parameter))
    .map((parameter) => {
      const required = requiredOf(parameter);
      return required.length > 0 ? `{ ${required.join(', ')} }` : nameOf(parameter);
    });
  return `${name}(${written.join(', ')})`;
}

/** Whether it belongs into a `pipe`. */
export const isOperator = ({ declaration }: Exported): boolean =>
  (declaration.signatures ?? []).some((one) => typeOf(one).includes('OperatorFunction<'));

/** Its type, as TypeScript prints it. */
export function signatureOf({ name, declaration }: Exported): string {
  const [signature] = declaration.signatures ?? [];
  if (!signature) return `const ${name}: ${typeOf(declaration)};`;
  const generics = (signature.typeParameters ?? []).map((one) =>
    one.type ? `${one.name} extends ${typeOf(one)}` : one.name,
  );
  return `function ${name}${generics.length === 0 ? '' : `<${generics.join(', ')}>`}${parametersIn(signature.parameters)}: ${typeOf(signature)};`;
}

/** The declaration of a name that is no interface. */
export const aliasOf = ({ name, declaration }: Exported): string =>
  declaration.type ? `type ${name} = ${typeOf(declaration)};` : '';

/** The comment of each parameter; options have their comments in their interface. */
export const parametersOf = ({ declaration }: Exported): readonly Member[] =>
  (declaration.signatures?.[0]?.parameters ?? [])
    .filter((parameter) => !typeOf(parameter).endsWith('Options'))
    .map((parameter) => ({
      name: parameter.name,
      type: typeOf(parameter),
      optional: isOptional(parameter),
      fallback: parameter.defaultValue,
      text: textOf(parameter.comment?.summary),
    }));

/** The members of an interface, and what the function that takes it apart gives in their place. */
export function membersOf({ declaration }: Exported, user?: Exported): readonly Member[] {
  const [signature] = user?.declaration.signatures ?? [];
  const fallbacks = signature && defaultsOf(signature);
  return (declaration.children ?? []).map((member) => {
    const [call] = member.signatures ?? [];
    return {
      name: member.name + (call ? parametersIn(call.parameters) : ''),
      type: typeOf(call ?? member),
      optional: member.flags.isOptional,
      fallback: fallbacks?.get(member.name),
      inherited: member.inheritedFrom !== undefined,
      text: textOf((call ?? member).comment?.summary),
    };
  });
}

const parametersIn = (parameters: readonly ParameterReflection[] = []): string =>
  `(${parameters.map((one) => `${nameOf(one)}${isOptional(one) ? '?' : ''}: ${typeOf(one)}`).join(', ')})`;

const isOptional = ({ flags, defaultValue }: ParameterReflection): boolean =>
  flags.isOptional || defaultValue !== undefined;

/** typedoc has a name of its own for options that a function takes apart. */
const isPattern = ({ name }: ParameterReflection): boolean => name === '__namedParameters';

const nameOf = (parameter: ParameterReflection): string =>
  (parameter.flags.isRest ? '...' : '') + (isPattern(parameter) ? 'options' : parameter.name);

/** The options that a call must have. */
function requiredOf(parameter: ParameterReflection): readonly string[] {
  const { type } = parameter;
  const options =
    type instanceof ReferenceType && isPattern(parameter) ? type.reflection : undefined;
  return (
    (options as DeclarationReflection | undefined)?.children
      ?.filter(({ flags }) => !flags.isOptional)
      .map(({ name }) => name) ?? []
  );
}
