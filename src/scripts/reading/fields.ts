import { nearest } from '../../base/nearest.ts';
import type { Findings, Remedy } from './source.ts';
import { field, type Json, kindOf, type Member, type Node, type ObjectNode, toValue } from './tree.ts';

/** Reads the fields of one object of the script; what is not right is reported where it stands. */
export class Fields {
  readonly node: ObjectNode;
  readonly #name: string;
  readonly #findings: Findings;

  /** `name` is what messages call the object: "info", "item NeedleContact". */
  constructor(node: ObjectNode, name: string, findings: Findings) {
    this.node = node;
    this.#name = name;
    this.#findings = findings;
  }

  get at(): number {
    return this.node.at;
  }

  member(key: string): Member | undefined {
    return this.node.members.find((m) => m.key === key);
  }

  text(key: string): string | undefined {
    const node = field(this.node, key);
    if (node === undefined || node.kind === 'string') return node?.value;
    this.#wrongKind(key, node, 'a text', `Write "${key}": "…".`);
    return undefined;
  }

  /** true, false, or the texts "true" and "false", which the substitutions of the original give. */
  flag(key: string): boolean | undefined {
    const node = field(this.node, key);
    if (node === undefined) return undefined;
    if (node.kind === 'boolean') return node.value;
    if (node.kind === 'string' && /^(true|false)$/i.test(node.value)) {
      this.#findings.warning(
        'E7206',
        node.at,
        `"${key}" of ${this.#name} is a text, it is taken as ${node.value.toLowerCase()}`,
        'Prism itself takes every text as true; use a substitution of the type "num" with the choices "true" and "false".',
      );
      return node.value.toLowerCase() === 'true';
    }
    const what = `"${key}" of ${this.#name} is ${kindOf(node)}, and must be true or false`;
    this.#findings.error('E7206', node.at, what, 'Write true or false.');
    return undefined;
  }

  number(key: string, allowed: { from: number; to: number; unit: string }): number | undefined {
    const node = field(this.node, key);
    if (node === undefined) return undefined;
    const value = node.kind === 'number' ? Number(node.text) : Number.NaN;
    if (value >= allowed.from && value <= allowed.to) return value;
    const range = `${allowed.from} to ${allowed.to} ${allowed.unit}`.trimEnd();
    this.#wrongKind(key, node, `a number from ${range}`, 'Correct it; numbers stand without quotes.');
    return undefined;
  }

  /** Seconds, more than 0. */
  timeout(): number | undefined {
    const node = field(this.node, 'timeout');
    if (node === undefined) return undefined;
    const value = node.kind === 'number' ? Number(node.text) : Number.NaN;
    if (value > 0 && value <= longestTimeout) return value;
    const what = `"timeout" of ${this.#name} is not a number of seconds above 0, at most a week`;
    this.#findings.error(
      'E7211',
      node.at,
      what,
      'Write the seconds that it may take, without quotes: "timeout": 30.',
    );
    return undefined;
  }

  object(key: string): ObjectNode | undefined {
    const node = field(this.node, key);
    if (node === undefined || node.kind === 'object') return node;
    this.#wrongKind(key, node, 'an object', `Write "${key}": { … }.`);
    return undefined;
  }

  list(key: string): readonly Node[] | undefined {
    const node = field(this.node, key);
    if (node === undefined || node.kind === 'array') return node?.items;
    this.#wrongKind(key, node, 'a list', `Write "${key}": [ … ].`);
    return undefined;
  }

  json(key: string): Json | undefined {
    const node = field(this.node, key);
    return node && toValue(node);
  }

  /** Keys of the site's own are welcome; one that is nearly a known one is a slip that would silently change nothing. */
  refuseSlips(known: readonly string[], slips: Readonly<Record<string, string>> = {}): void {
    const longKnown = known.filter((word) => word.length >= 5);
    for (const { key, at } of this.node.members) {
      if (known.includes(key)) continue;
      if (this.#findings.full) return;
      const slip = Object.hasOwn(slips, key.toLowerCase()) ? slips[key.toLowerCase()] : undefined;
      const meant = slip ?? nearest(key, longKnown);
      if (meant) this.#unknown(key, at, `Did you mean ${JSON.stringify(meant)}?`);
    }
  }

  /** Only these. */
  refuseOthers(known: readonly string[]): void {
    for (const { key, at } of this.node.members) {
      if (known.includes(key)) continue;
      this.#unknown(key, at, () => {
        const meant = nearest(key, known);
        return meant ? `Did you mean ${JSON.stringify(meant)}?` : `Known: ${known.join(', ')}. Remove it.`;
      });
    }
  }

  #unknown(key: string, at: number, remedy: Remedy): void {
    this.#findings.error('E7204', at, `${JSON.stringify(key)} is not a key of ${this.#name}`, remedy);
  }

  #wrongKind(key: string, node: Node, wanted: string, remedy: string): void {
    const is = node.kind === 'number' || node.kind === 'string' ? '' : `${kindOf(node)}, `;
    this.#findings.error('E7205', node.at, `"${key}" of ${this.#name} is ${is}not ${wanted}`, remedy);
  }
}

const longestTimeout = 7 * 24 * 3600;
