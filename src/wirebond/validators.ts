import site from '../../schemas/wirebond.schema.json' with { type: 'json' };
import criteria from '../../schemas/wirebond-criteria.schema.json' with { type: 'json' };
import { validatorsOf } from '../base/validators.ts';

export const validators = validatorsOf({ site, criteria });
