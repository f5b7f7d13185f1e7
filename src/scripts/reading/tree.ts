import type { Source } from './source.ts';

/** A script as it was read. `at` is the offset of the value's first character in the text; numbers keep their digits. */
export type Node = ObjectNode | ArrayNode | StringNode | NumberNode | BooleanNode | NullNode;

export interface ObjectNode {
  kind: 'object';
  at: number;
  members: readonly Member[];
}

export interface Member {
  key: string;
  /** Of the key. */
  at: number;
  value: Node;
}

interface ArrayNode {
  kind: 'array';
  at: number;
  items: readonly Node[];
}

export interface StringNode {
  kind: 'string';
  at: number;
  value: string;
}

export interface NumberNode {
  kind: 'number';
  at: number;
  /** As it was written: 10 and 10.0 stay apart, and no digit is lost. */
  text: string;
}

export interface BooleanNode {
  kind: 'boolean';
  at: number;
  value: boolean;
}

interface NullNode {
  kind: 'null';
  at: number;
}

export interface ScriptTree {
  source: Source;
  root: ObjectNode;
}

export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** The plain value, as JSON.parse would give it. */
export function toValue(node: ObjectNode): JsonObject;
export function toValue(node: Node): Json;
export function toValue(node: Node): Json {
  switch (node.kind) {
    case 'object':
      // fromEntries defines own properties, so that a key "__proto__" is a key like any other.
      return Object.fromEntries(node.members.map(({ key, value }) => [key, toValue(value)]));
    case 'array':
      return node.items.map((item) => toValue(item));
    case 'string':
    case 'boolean':
      return node.value;
    case 'number':
      return Number(node.text);
    case 'null':
      return null;
  }
}

export function member(node: Node | undefined, key: string): Member | undefined {
  return node?.kind === 'object' ? node.members.find((m) => m.key === key) : undefined;
}

export function field(node: Node | undefined, key: string): Node | undefined {
  return member(node, key)?.value;
}

/** In words, for messages. */
export function kindOf(node: Node): string {
  const words = {
    object: 'an object',
    array: 'a list',
    string: 'a text',
    number: 'a number',
    boolean: 'true or false',
    null: 'null',
  };
  return words[node.kind];
}

/** A JSON number, as RFC 8259 writes it. */
export const jsonNumber = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$/;
