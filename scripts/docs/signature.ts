import ts from 'typescript';
import { type Comment, tagged } from './comment.js';
import { commentFor, type Exported, resolved } from './source.js';

/** A parameter of a function, or a member of an interface. */
export interface Member {
  readonly name: string;
  readonly type: string;
  /** If it is optional: its default, if the source has one. */
  readonly optional: boolean;
  readonly fallback?: string | undefined;
  readonly text: string;
}

/** How something is written by its user: `heldWhile(full$)`, `collectBytes({ limit })`. */
export function callOf({ name, declaration }: Exported): string {
  if (!ts.isFunctionDeclaration(declaration)) return name;
  const written = declaration.parameters.flatMap((parameter) => {
    if (isOptional(parameter)) return [];
    if (!ts.isObjectBindingPattern(parameter.name)) {
      return [`${parameter.dotDotDotToken ? '...' : ''}${parameter.name.getText()}`];
    }
    const required = parameter.name.elements.filter((element) => isRequired(element, parameter));
    return [
      required.length > 0
        ? `{ ${required.map((one) => one.name.getText()).join(', ')} }`
        : 'options',
    ];
  });
  return `${name}(${written.join(', ')})`;
}

/** Whether it belongs into a `pipe`. */
export const isOperator = ({ declaration }: Exported): boolean =>
  ts.isFunctionDeclaration(declaration) && textOf(declaration.type).includes('OperatorFunction<');

/** Its type, as TypeScript prints it. */
export function signatureOf({ name, declaration }: Exported): string {
  if (ts.isVariableDeclaration(declaration)) {
    return `const ${name}: ${declaration.type?.getText() ?? typeOfNew(declaration.initializer)};`;
  }
  if (!ts.isFunctionDeclaration(declaration)) throw new Error(`${name} is no function`);
  const generics = declaration.typeParameters?.map((one) => one.getText()).join(', ');
  const parameters = declaration.parameters.map(
    (parameter) =>
      `${parameter.dotDotDotToken ? '...' : ''}${nameOf(parameter)}${isOptional(parameter) ? '?' : ''}: ${textOf(parameter.type)}`,
  );
  return `function ${name}${generics === undefined ? '' : `<${generics}>`}(${parameters.join(', ')}): ${textOf(declaration.type)};`;
}

/** The declaration of a name that is no interface. */
export const aliasOf = ({ declaration }: Exported): string =>
  ts.isTypeAliasDeclaration(declaration) ? declaration.getText().replace(/^export /, '') : '';

/** The comment of each parameter; options have their comments in their interface. */
export function parametersOf({ declaration, comment }: Exported): readonly Member[] {
  if (!ts.isFunctionDeclaration(declaration)) return [];
  return declaration.parameters
    .filter(({ type }) => !textOf(type).endsWith('Options'))
    .map((parameter) => ({
      name: nameOf(parameter),
      type: textOf(parameter.type),
      optional: isOptional(parameter),
      fallback: parameter.initializer && resolved(parameter.initializer),
      text: paramText(comment, nameOf(parameter)),
    }));
}

/** The members of an interface, and what the function that takes it apart gives in their place. */
export function membersOf({ declaration }: Exported, user?: Exported): readonly Member[] {
  if (!ts.isInterfaceDeclaration(declaration)) return [];
  const fallbacks = fallbacksIn(user?.declaration);
  return declaration.members.map((member) => {
    const name = member.name?.getText() ?? '';
    return {
      name: ts.isMethodSignature(member)
        ? `${name}(${member.parameters.map((one) => one.getText()).join(', ')})`
        : name,
      type: textOf(
        ts.isMethodSignature(member) || ts.isPropertySignature(member) ? member.type : undefined,
      ),
      optional: member.questionToken !== undefined,
      fallback: fallbacks.get(name),
      text: [commentFor(member).lead, ...commentFor(member).prose].join(' '),
    };
  });
}

function fallbacksIn(declaration?: ts.Declaration): ReadonlyMap<string, string> {
  if (!declaration || !ts.isFunctionDeclaration(declaration)) return new Map();
  return new Map(
    declaration.parameters.flatMap(({ name }) =>
      ts.isObjectBindingPattern(name)
        ? name.elements.flatMap(({ propertyName, name: local, initializer }): [string, string][] =>
            initializer ? [[(propertyName ?? local).getText(), resolved(initializer)]] : [],
          )
        : [],
    ),
  );
}

const isOptional = ({ questionToken, initializer }: ts.ParameterDeclaration): boolean =>
  questionToken !== undefined || initializer !== undefined;

/** Options without a value of their own may still be left out: their interface says so. */
function isRequired(
  { initializer, name }: ts.BindingElement,
  parameter: ts.ParameterDeclaration,
): boolean {
  if (initializer) return false;
  const type = textOf(parameter.type);
  const options = parameter
    .getSourceFile()
    .statements.find(
      (one): one is ts.InterfaceDeclaration =>
        ts.isInterfaceDeclaration(one) && one.name.text === type,
    );
  const member = options?.members.find((one) => one.name?.getText() === name.getText());
  return member?.questionToken === undefined;
}

const nameOf = ({ name }: ts.ParameterDeclaration): string =>
  ts.isObjectBindingPattern(name) ? 'options' : name.getText();

const textOf = (type?: ts.TypeNode): string => type?.getText().replace(/\s+/g, ' ') ?? 'void';

/** `new Observable<void>(…)` */
const typeOfNew = (expression?: ts.Expression): string =>
  expression && ts.isNewExpression(expression)
    ? `${expression.expression.getText()}<${(expression.typeArguments ?? []).map(textOf).join(', ')}>`
    : 'unknown';

const paramText = (comment: Comment, name: string): string =>
  tagged(comment, 'param')
    .find((text) => text.startsWith(`${name} `))
    ?.slice(name.length + 1) ?? '';
