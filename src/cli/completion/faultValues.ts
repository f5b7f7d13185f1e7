import { faultKinds, type Parameter, windowParameters } from '../../simulator/faults.ts';
import type { Candidate } from './complete.ts';

/** What a fault may name. */
interface FaultNames {
  modules: readonly string[];
  instruments: readonly string[];
}

/** What `kind:key=value,key=value` could become: the kind, then a key that is not there yet, then its value. */
export function faultValues(typed: string, names: FaultNames): Candidate[] {
  const at = typed.indexOf(':');
  const kind = at < 0 ? typed : typed.slice(0, at);
  if (at < 0) return Object.entries(faultKinds).flatMap(([name, { what }]) => kindValues(name, what, typed));
  if (!Object.hasOwn(faultKinds, kind)) return [];
  const parameters: Readonly<Record<string, Parameter>> = { ...parametersOf(kind), ...windowParameters };
  const pairs = typed.slice(at + 1).split(',');
  const last = pairs.pop()!;
  const before = typed.slice(0, typed.length - last.length);
  const [key, value] = last.split(/=(.*)/s);
  if (value !== undefined)
    return valuesOf(key!, parameters[key!], names).map((one) => ({ value: `${before}${key}=${one}` }));
  const given = new Set(pairs.map((pair) => pair.split('=', 1)[0]));
  return Object.keys(parameters)
    .filter((name) => !given.has(name))
    .map((name) => ({ value: `${before}${name}=` }));
}

/** One that cannot do without a value goes straight on to it. */
function kindValues(name: string, what: string, typed: string): Candidate[] {
  const needed = Object.entries(parametersOf(name)).find(([, { required }]) => required);
  if (needed) return [{ value: `${name}:${needed[0]}=`, describe: what }];
  return [{ value: name, describe: what }, ...(typed === name ? [{ value: `${name}:` }] : [])];
}

function parametersOf(kind: string): Readonly<Record<string, Parameter>> {
  return faultKinds[kind as keyof typeof faultKinds].parameters;
}

function valuesOf(key: string, parameter: Parameter | undefined, names: FaultNames): readonly string[] {
  if (parameter === undefined) return [];
  if (typeof parameter.type !== 'string') return parameter.type;
  if (parameter.type !== 'name') return [];
  return key === 'module' ? names.modules : names.instruments;
}
