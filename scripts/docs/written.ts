import type {
  DeclarationReflection,
  ParameterReflection,
  SignatureReflection,
  TypeParameterReflection,
} from 'typedoc';
import ts from 'typescript';
import { nodeOf, symbolOf } from './project.js';

type Typed =
  DeclarationReflection | ParameterReflection | SignatureReflection | TypeParameterReflection;

/** The type of a declaration as its source writes it, or else as typedoc writes it. */
export function typeOf(typed: Typed): string {
  const node = nodeOf(typed.isSignature() ? typed.parent : typed);
  const written =
    node && ts.forEachChild(node, (child) => (ts.isTypeNode(child) ? child : undefined));
  return written?.getText() ?? typed.type?.toString() ?? 'void';
}

/** The defaults of the options that a function takes apart, which typedoc leaves out. */
export const defaultsOf = ({ parameters = [] }: SignatureReflection): ReadonlyMap<string, string> =>
  new Map(
    parameters
      .map(nodeOf)
      .flatMap((node) =>
        node && ts.isParameter(node) && ts.isObjectBindingPattern(node.name)
          ? [...node.name.elements]
          : [],
      )
      .flatMap(({ propertyName, name, initializer }): [string, string][] =>
        initializer ? [[(propertyName ?? name).getText(), textOf(initializer)]] : [],
      ),
  );

/** The value of a constant of ours, or else the expression. */
function textOf(expression: ts.Expression): string {
  const constant = symbolOf(expression)?.valueDeclaration;
  return (
    (constant && ts.isVariableDeclaration(constant) ? constant.initializer : undefined) ??
    expression
  ).getText();
}
