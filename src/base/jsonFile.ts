import type { ErrorObject } from 'ajv';
import { findNodeAtLocation, type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import type { Place, Problem } from './errors.ts';

/** What a JSON Schema says of a value, as ajv makes it. */
interface SchemaCheck {
  (value: unknown): boolean;
  errors?: ErrorObject[] | null;
}

/**
 * Reads a JSON text against a JSON Schema. Either the value or every problem with its exact place, all under one
 * code. `T` is what the schema describes; the schema is what makes that true.
 */
export function readJson<T>(
  source: { file: string; text: string },
  validate: SchemaCheck,
  code: string,
): { value: T; problems: [] } | { value?: never; problems: Problem[] } {
  const text = source.text.replace(/^\uFEFF/, '');
  const place = (offset: number) => placeOf(source.file, text, offset);
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: false, disallowComments: true });
  const [first] = errors;
  if (root === undefined || first !== undefined) {
    const why = first === undefined ? 'it is empty' : printParseErrorCode(first.error);
    const where = place(first?.offset ?? 0);
    return { problems: [{ code, what: `This is not JSON: ${why}.`, where, remedy: 'Correct this place.' }] };
  }
  const value: unknown = JSON.parse(text);
  const twice = repeatedKeys(root).map(({ key, offset }) => ({
    code,
    what: `"${key}" stands twice in the same object, and only one of the two would count.`,
    where: place(offset),
    remedy: 'Remove one of the two.',
  }));
  if (twice.length > 0) return { problems: twice };
  if (validate(value)) return { value: value as T, problems: [] };
  return { problems: (validate.errors ?? []).map((error) => describe(error, root, { code, place })) };
}

function describe(
  error: ErrorObject,
  root: Node,
  { code, place }: { code: string; place: (offset: number) => Place },
): Problem {
  const path = error.instancePath.split('/').slice(1).map(unescapePointer);
  const subject = path.length === 0 ? 'The file' : `"${path.join('.')}"`;
  const params = error.params as { allowedValues?: unknown[]; additionalProperty?: string };
  const extra = params.additionalProperty;
  const node = nodeAt(root, extra === undefined ? path : [...path, extra]);
  const choices = params.allowedValues
    ? `: ${params.allowedValues.map((one) => JSON.stringify(one)).join(', ')}`
    : '';
  const described = (error.parentSchema as { description?: string } | undefined)?.description;
  const named = extra === undefined ? '' : ` ("${extra}")`;
  return {
    code,
    what: `${subject} ${error.message ?? 'is not as expected'}${choices}${named}.`,
    where: place(extra === undefined ? node.offset : (node.parent?.offset ?? node.offset)),
    remedy: described ?? 'The schema that the file names says what belongs here.',
  };
}

function nodeAt(root: Node, path: readonly string[]): Node {
  let node = root;
  for (const segment of path)
    node = findNodeAtLocation(node, [node.type === 'array' ? Number(segment) : segment]) ?? node;
  return node;
}

function repeatedKeys(node: Node): { key: string; offset: number }[] {
  const children = node.children ?? [];
  const keys = node.type === 'object' ? children.map((property) => property.children![0]!) : [];
  const twice = keys.filter(({ value }, index) => keys.findIndex((other) => other.value === value) < index);
  const own = twice.map(({ value, offset }) => ({ key: String(value), offset }));
  return [...own, ...children.flatMap(repeatedKeys)];
}

/** RFC 6901. */
function unescapePointer(segment: string): string {
  return segment.replaceAll('~1', '/').replaceAll('~0', '~');
}

function placeOf(file: string, text: string, offset: number): Place {
  const before = text.slice(0, offset).split(/\r\n|\n|\r/);
  return { file, line: before.length, column: before.at(-1)!.length + 1 };
}
