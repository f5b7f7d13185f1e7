import { BatonError } from '../../base/errors.ts';
import type { OperatorRules } from '../../station/station.ts';

/** What somebody is about to start. */
interface Intent {
  /** Login name. */
  user: string;
  sequence: string;
  set: Readonly<Record<string, string>>;
  /** It comes from a traveller, which was checked. */
  traveller: boolean;
}

/** @throws E7306 the station lets this user do this with a traveller alone. */
export function checkPermission(rules: OperatorRules | undefined, intent: Intent): void {
  if (!rules || intent.traveller || rules.substitutions.includes(intent.user)) return;
  const chosen = Object.keys(intent.set);
  if (chosen.length > 0) throw refused(`${intent.user} may not choose ${chosen.join(', ')} on this station.`);
  if (rules.sequences && !rules.sequences.includes(intent.sequence))
    throw refused(`${intent.user} may not run ${intent.sequence} on this station without a traveller.`);
}

function refused(what: string): BatonError {
  const remedy =
    'Scan a traveller for it, or ask somebody whom station.json lists under operators.substitutions.';
  return new BatonError({ code: 'E7306', what, remedy });
}
