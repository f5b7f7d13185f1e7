import { BatonError } from '../base/errors.ts';

/** From station.json: what an operator may start without a traveller. Not given: everything. */
export interface OperatorRules {
  /** Users who may choose the values of substitutions. */
  substitutions?: readonly string[];
  /** Sequences that others may run, with their defaults. Not given: all. */
  sequences?: readonly string[];
}

export interface Intent {
  user: string;
  sequence: string;
  set: Readonly<Record<string, string>>;
  /** It was started from a traveller, which was checked. */
  traveller: boolean;
}

/** @throws E7306 the station does not let this user do this without a traveller. */
export function checkPermission(rules: OperatorRules | undefined, intent: Intent): void {
  if (!rules || intent.traveller || rules.substitutions?.includes(intent.user)) return;
  const chosen = Object.keys(intent.set);
  const refused = (what: string) =>
    new BatonError({
      code: 'E7306',
      what,
      remedy:
        'Scan a traveller for it, or ask somebody whom station.json lists under operators.substitutions.',
    });
  if (rules.substitutions && chosen.length > 0)
    throw refused(`${intent.user} may not choose ${chosen.join(', ')} on this station.`);
  if (rules.sequences && !rules.sequences.includes(intent.sequence))
    throw refused(`${intent.user} may not run ${intent.sequence} on this station without a traveller.`);
}
